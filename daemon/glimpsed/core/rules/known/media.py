"""Pictures, drawings, film and sound: data alone, in the notation that `application` explains."""

from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules.known.application import Application

_AT = r"(?:(?<=\.\w\w)|(?<=\.\w\w\w)|(?<=\.\w\w\w\w))\*? (?:al?|bei|\u00e0|en|em|p\u00e5|bij|w)"
"""Between a file and the size at which it is shown, in languages other than English."""

MEDIA: tuple[Application, ...] = (
    Application(
        "GIMP",
        Kind.IMAGE_EDITOR,
        titles="GIMP|GNU Image Manipulation Program",
        bar="GNU Image Manipulation Program|GIMP",
        menu="File|Edit|Select|View|Image|Layer|Colors|Tools|Filters|Windows|Help",
        labels=(
            "Tool Options|Layers|Channels|Paths|Opacity|Brushes|Patterns|Dynamics|Lock:|Foreground color"
        ),
        process="gimp",
    ),
    Application(
        "Inkscape",
        Kind.DESIGN,
        menu="File|Edit|View|Layer|Object|Path|Text|Filters|Extensions|Help",
        cues="No objects selected. Click",
        labels="Fill and Stroke|Align and Distribute|Stroke:|Fill:",
    ),
    Application(
        "Adobe Photoshop",
        Kind.IMAGE_EDITOR,
        form=(
            rf"^(?P<document>.{{1,160}}?)(?: @|{_AT}) [\d.,]{{1,6}} ?% "
            r"\(.{0,80}\b(?:RGB|RVB|CMYK|CMJN|CMJK|Gray|Grau|Gris|Lab)/(?:8|16|32)\b"
        ),
        titles="Adobe Photoshop|Photoshop",
        menu="File|Edit|Image|Layer|Type|Select|Filter|3D|View|Plugins|Window|Help",
        labels="Adjustments|Libraries|Layers|Channels|Paths|Properties",
    ),
    Application(
        "Adobe Illustrator",
        Kind.DESIGN,
        form=(
            rf"^(?P<document>.{{1,160}}?)(?: @|{_AT}) [\d.,]{{1,6}} ?% "
            r"\((?:RGB|RVB|CMYK|CMJN|CMJK)/(?!\d)"
        ),
        titles="Adobe Illustrator|Illustrator",
        menu="File|Edit|Object|Type|Select|Effect|View|Window|Help",
    ),
    Application(
        "Krita",
        Kind.IMAGE_EDITOR,
        menu="File|Edit|View|Image|Layer|Select|Filter|Tools|Settings|Window|Help",
        labels="Brush Presets|Tool Options|Advanced Color Selector",
    ),
    Application(
        "Figma",
        Kind.DESIGN,
        labels="Assets|Layers|Prototype|Design|Dev Mode|Drafts|Inspect|Auto layout",
        process="figma",
    ),
    Application(
        "Blender",
        Kind.DESIGN,
        menu="File|Edit|Render|Window|Help",
        cues="Object Mode View Select Add Object",
        labels=(
            "Layout|Modeling|Sculpting|UV Editing|Texture Paint|Shading|Animation|Rendering|"
            "Compositing|Object Mode|Scene Collection|Geometry Nodes|Scripting"
        ),
    ),
    Application(
        "Paint",
        Kind.IMAGE_EDITOR,
        titles="Paint|Microsoft Paint",
        menu="File|Edit|View|Home",
        cues="Brushes Shapes Size Colors|Paint Cocreator",
        labels="Clipboard|Image|Tools|Brushes|Shapes|Size|Colors|Colours|Selection|Layers|Cocreator",
    ),
    Application("Paint 3D", Kind.IMAGE_EDITOR),
    Application("darktable", Kind.IMAGE_EDITOR, labels="lighttable|darkroom|collections"),
    Application(
        "Photos",
        Kind.IMAGE_EDITOR,
        bar="Photos|Fotos",
        labels="Gallery|Collection|Memories|Favorites|OneDrive|All Photos|Import",
    ),
    Application("Image Viewer", Kind.DOCUMENT_VIEWER, titles="Image Viewer|Eye of GNOME|Loupe|Gwenview"),
    Application(
        "Snipping Tool", Kind.SYSTEM, cues="Press Windows logo key + Shift + S", labels="Snipping Tool"
    ),
    Application(
        "draw.io",
        Kind.DESIGN,
        titles="draw.io|diagrams.net",
        menu="File|Edit|View|Arrange|Extras|Help",
        labels="Search Shapes|Scratchpad|General|More Shapes...",
    ),
    Application(
        "VLC media player",
        Kind.MEDIA_PLAYER,
        titles="VLC media player|VLC",
        bar="VLC media player|VLC",
        menu="Media|Playback|Audio|Video|Subtitle|Tools|View|Help",
        process="vlc",
    ),
    Application("mpv", Kind.MEDIA_PLAYER),
    Application(
        "Spotify",
        Kind.MEDIA_PLAYER,
        titles="Spotify|Spotify Premium|Spotify Free",
        cues="What do you want to play?",
        labels="Your Library|Liked Songs|Recently played|Create your first playlist",
        process="spotify",
    ),
    Application("Rhythmbox", Kind.MEDIA_PLAYER),
    Application("Videos", Kind.MEDIA_PLAYER, titles="Videos|Totem", bar="Videos"),
    Application(
        "Windows Media Player",
        Kind.MEDIA_PLAYER,
        titles="Media Player|Windows Media Player",
        labels="Music library|Video library|Play queue|Playlists",
    ),
    Application(
        "OBS Studio",
        Kind.MEDIA_PLAYER,
        titles="OBS Studio|OBS",
        menu="File|Edit|View|Docks|Profile|Scene Collection|Tools|Help",
        labels="Audio Mixer|Scene Transitions|Controls|Start Streaming|Start Recording|Sources|Scenes",
    ),
    Application(
        "Audacity",
        Kind.DESIGN,
        menu="File|Edit|Select|View|Transport|Tracks|Generate|Effect|Analyze|Tools|Help",
    ),
    Application(
        "Kdenlive", Kind.DESIGN, menu="File|Edit|View|Project|Tool|Clip|Timeline|Monitor|Settings|Help"
    ),
)
