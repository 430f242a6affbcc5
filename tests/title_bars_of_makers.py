"""Title bars of applications in which things are drawn, built, made and measured.

A line is `title bar => application => document`, as the rules tell them, by the kind of application;
`MENU_BARS` has those that name themselves in the menu bar of macOS alone.
"""

DRAFTING = {
    "design": r"""
Autodesk AutoCAD 2024 - [mill.dwg] => AutoCAD => mill.dwg
Autodesk Civil 3D 2024 weir and race.dwg => Civil 3D => weir and race.dwg
Autodesk Revit 2025.4 - mill house.rvt - Floor Plan: Ground => Revit => mill house.rvt
Autodesk Navisworks Manage 2024 mill.nwd => Navisworks => mill.nwd
Autodesk Inventor Professional 2024 - [wheel.iam] => Autodesk Inventor => wheel.iam
wheel v12 - Autodesk Fusion 360 => Autodesk Fusion => wheel v12
mill house.pln - ARCHICAD 27 => Archicad => mill house.pln
Allplan 2024 - Mühle Obertal => Allplan => Mühle Obertal
Vectorworks Architect 2024 - [mill.vwx] => Vectorworks => mill.vwx
mill.skp - SketchUp Pro 2024 (64 Bit) => SketchUp => mill.skp
mill.3dm (2 MB) - Rhinoceros 7 Corporate - [Perspective] => Rhinoceros 3D => mill.3dm
Tekla Structures 2023 - D:\Models\mill => Tekla Structures => D:\Models\mill
race.dgn [2D - V8 DGN] - MicroStation 2023 => MicroStation => race.dgn
road.dgn - OpenRoads Designer CONNECT Edition => OpenRoads Designer => road.dgn
SOLIDWORKS Premium 2024 SP3.0 - [wheel.SLDPRT *] => SOLIDWORKS => wheel.SLDPRT
CATIA V5 - [wheel.CATPart] => CATIA => wheel.CATPart
WHEEL (Active) C:\work\wheel.prt - Creo Parametric => Creo Parametric => WHEEL (Active) C:\work\wheel.prt
Solid Edge 2023 - Synchronous Part - [wheel.par] => Solid Edge => Synchronous Part - [wheel.par]
Siemens NX 2206 - Modeling - [wheel.prt] => Siemens NX => Modeling - [wheel.prt]
mill - FreeCAD 0.21.2 => FreeCAD => mill
BricsCAD Pro - [mill.dwg] => BricsCAD => mill.dwg
DraftSight Premium 2024 - [mill.dwg] => DraftSight => mill.dwg
ZWCAD 2024 - [mill.dwg] => ZWCAD => mill.dwg
GstarCAD 2024 - [mill.dwg] => GstarCAD => mill.dwg
nanoCAD Plus 23.0 - [mill.dwg] => nanoCAD => mill.dwg
LibreCAD - [mill.dxf] => LibreCAD => mill.dxf
mill.dxf - QCAD Professional => QCAD => mill.dxf
mill.smc - Solibri Office => Solibri => mill.smc
mill - BIMcollab Zoom => BIMcollab Zoom => mill
Lumion Pro 2023.0 - mill yard => Lumion => mill yard
mill.tm - Twinmotion 2023.2 => Twinmotion => mill.tm
Chief Architect Premier X15 - [mill.plan] => Chief Architect Premier => mill.plan
Robot Structural Analysis Professional 2024 - Project: weir => Robot Structural Analysis => Project: weir
ETABS Ultimate 21.0.0 - weir => ETABS => weir
SAP2000 v24.0.0 - weir => SAP2000 => weir
weir.std - STAAD.Pro CONNECT Edition => STAAD.Pro => weir.std
RFEM 6.04 - [weir] => Dlubal RFEM => weir
A : Static Structural - Mechanical [Ansys Mechanical Enterprise] => Ansys Workbench => A : Static Structural
Abaqus/CAE 2023 - Model DB: D:\work\wheel.cae => Abaqus/CAE => Model DB: D:\work\wheel.cae
race.mph - COMSOL Multiphysics => COMSOL Multiphysics => race.mph
Altair HyperMesh 2023 - wheel.hm => HyperMesh => wheel.hm
race.sim - Simcenter STAR-CCM+ => Simcenter STAR-CCM+ => race.sim
Mastercam 2024 - D:\work\wheel.mcam => Mastercam => D:\work\wheel.mcam
UM3_wheel - Ultimaker Cura => UltiMaker Cura => UM3_wheel
wheel.stl - PrusaSlicer-2.7.1 based on Slic3r => PrusaSlicer => wheel.stl
wheel.stl - BambuStudio => Bambu Studio => wheel.stl
wheel.stl - OrcaSlicer => OrcaSlicer => wheel.stl
sign.lbrn2 - LightBurn 1.4.03 => LightBurn => sign.lbrn2
wheel.scad - OpenSCAD => OpenSCAD => wheel.scad
*valley — QGIS => QGIS => valley
valley - Map - ArcGIS Pro => ArcGIS Pro => valley - Map
valley.mxd - ArcMap => ArcMap => valley.mxd
MapInfo Pro - [valley Map:1] => MapInfo Pro => valley Map:1
Global Mapper Pro v25.0 - valley.gmw => Global Mapper => valley.gmw
valley - Google Earth Pro => Google Earth Pro => valley
lamp [lamp/] — Schematic Editor => KiCad => lamp [lamp/]
lamp.SchDoc - lamp.PrjPcb - Altium Designer (24.1.2) => Altium Designer => lamp.SchDoc - lamp.PrjPcb
2 Board - lamp.brd - Autodesk EAGLE 9.6.2 => Autodesk EAGLE => 2 Board - lamp.brd
OrCAD Capture CIS - [lamp] => OrCAD Capture => lamp
LTspice XVII - [lamp.asc] => LTspice => lamp.asc
lamp - Multisim - [lamp *] => Multisim => lamp
lamp - EasyEDA => EasyEDA => lamp
EPLAN Electric P8 2024 - [lamp] => EPLAN Electric P8 => lamp
lamp.fzz - Fritzing => Fritzing => lamp.fzz
Cisco Packet Tracer - D:\net\lab.pkt => Cisco Packet Tracer => D:\net\lab.pkt
""",
    "document_viewer": r"""
eDrawings Professional 2024 - [wheel.SLDASM] => eDrawings => wheel.SLDASM
Autodesk DWG TrueView 2024 - [mill.dwg] => DWG TrueView => mill.dwg
""",
    "other": r"""
Mühle Obertal - ORCA AVA 25 => ORCA AVA => Mühle Obertal
Mühle Obertal - RIB iTWO => RIB iTWO => Mühle Obertal
""",
    "code_editor": r"""
SIMATIC Manager - [gate -- D:\S7\gate] => TIA Portal => gate -- D:\S7\gate
gate.project* - CODESYS => CODESYS => gate.project
gate - TcXaeShell => TwinCAT XAE => gate
gate.vi Block Diagram on gate.lvproj/My Computer => LabVIEW => gate.vi
gate - [D:/fpga/gate.xpr] - Vivado 2022.2 => Vivado => gate - [D:/fpga/gate.xpr]
Quartus Prime Lite Edition - D:/fpga/gate => Quartus Prime => D:/fpga/gate
""",
}
STUDIO = {
    "design": r"""
*leaflet.indd @ 75% [GPU Preview] => Adobe InDesign => leaflet.indd
app.xd - Adobe XD => Adobe XD => app.xd
wheel.fla - Adobe Animate 2024 => Adobe Animate => wheel.fla
Adobe Premiere Pro 2024 - D:\film\mill.prproj * => Adobe Premiere Pro => D:\film\mill.prproj
Adobe After Effects 2024 - D:\film\titles.aep * => Adobe After Effects => D:\film\titles.aep
Adobe Audition 2024 - interview.sesx => Adobe Audition => interview.sesx
Queue - Adobe Media Encoder 2024 => Adobe Media Encoder => Queue
Adobe Substance 3D Painter - wheel => Adobe Substance 3D Painter => wheel
safety.cptx - Adobe Captivate => Adobe Captivate => safety.cptx
sign.afdesign - Affinity Designer 2 => Affinity Designer => sign.afdesign
leaflet.afpub - Affinity Publisher 2 => Affinity Publisher => leaflet.afpub
CorelDRAW 2024 (64-Bit) - sign.cdr => CorelDRAW => sign.cdr
QuarkXPress 2023 - [leaflet.qxp] => QuarkXPress => leaflet.qxp
Scribus 1.5.8 - [leaflet.sla] => Scribus => leaflet.sla
app.rp - Axure RP 10 => Axure RP => app.rp
app - Balsamiq Wireframes => Balsamiq Wireframes => app
Leaflet - Canva => Canva => Leaflet
Mill Sans - FontLab 8 => FontLab => Mill Sans
MillSans.sfd - FontForge => FontForge => MillSans.sfd
Autodesk Maya 2024: D:\scenes\wheel.ma => Autodesk Maya => D:\scenes\wheel.ma
wheel.max - Autodesk 3ds Max 2024 => Autodesk 3ds Max => wheel.max
wheel.c4d * - Cinema 4D 2024.1.0 => Cinema 4D => wheel.c4d
D:/fx/water.hip - Houdini FX 20.0.506 => Houdini FX => D:/fx/water.hip
wheel - ZBrush 2024 => ZBrush => wheel
wheel.bip - KeyShot 11 => KeyShot => wheel.bip
apron - Marvelous Designer 12 => Marvelous Designer => apron
wheel.tbscene - Marmoset Toolbag 4 => Marmoset Toolbag => wheel.tbscene
miller.duf - DAZ Studio 4.22 => DAZ Studio => miller.duf
MillGame - Unreal Editor => Unreal Editor => MillGame
Yard - Mill - Windows - Unity 2022.3.10f1 <DX11> => Unity Editor => Yard - Mill - Windows
yard.tscn - MillGame - Godot Engine => Godot Engine => yard.tscn
MillGame - GameMaker => GameMaker => MillGame
MillGame - RPG Maker MZ => RPG Maker => MillGame
water.nk [modified] - NukeX => Foundry Nuke => water.nk [modified]
DaVinci Resolve Studio - Mill film => DaVinci Resolve => Mill film
mill - iMovie => iMovie => mill
Avid Media Composer - Mill film => Avid Media Composer => Mill film
mill.veg - VEGAS Pro 20.0 => VEGAS Pro => mill.veg
mill - EDIUS Workgroup => EDIUS Pro => mill
mill.mlt - Shotcut => Shotcut => mill.mlt
mill - OpenShot Video Editor => OpenShot Video Editor => mill
mill.wfp - Wondershare Filmora => Wondershare Filmora => mill.wfp
mill - CapCut => CapCut => mill
lesson.tscproj - Camtasia 2023 => Camtasia => lesson.tscproj
mill - HandBrake => HandBrake => mill
church.vmix - vMix Pro => vMix => church.vmix
Subtitle Edit 4.0.1 - mill.srt => Subtitle Edit => mill.srt
mill.ass - Aegisub 3.2.2 => Aegisub => mill.ass
Pro Tools Ultimate - [Edit: Song] => Pro Tools => Edit: Song
mill - Logic Pro X => Logic Pro => mill
mill - GarageBand => GarageBand => mill
Cubase Pro Project - Song => Cubase => Song
Nuendo Project - Song => Nuendo => Song
Song [Song] - Ableton Live 11 Suite => Ableton Live => Song [Song]
song.RPP [modified] - REAPER v7.07 - EVALUATION LICENSE => Cockos REAPER => song.RPP
song.flp - FL Studio 21 => FL Studio => song.flp
Studio One Professional - Song => PreSonus Studio One => Song
Song - Bitwig Studio => Bitwig Studio => Song
Song - Ardour => Ardour => Song
song.mmpz - LMMS 1.2.2 => LMMS => song.mmpz
mill - Samplitude Pro X => Samplitude Pro => mill
song.wav - WaveLab Pro 11 => WaveLab => song.wav
song.wav - SOUND FORGE Pro 16.0 => SOUND FORGE Pro => song.wav
song.wav - iZotope RX 10 Audio Editor => iZotope RX => song.wav
song.wav - ocenaudio => ocenaudio => song.wav
song.sib - Full Score - Sibelius | Ultimate => Avid Sibelius => song.sib
song.dorico - Dorico Pro 5 => Dorico => song.dorico
Finale 27 - [song.musx] => MakeMusic Finale => song.musx
song.mscz - MuseScore 4 => MuseScore => song.mscz
song.gp - Guitar Pro 8 => Guitar Pro => song.gp
""",
    "word_processor": r"""
leaflet.icml - Adobe InCopy 2024 => Adobe InCopy => leaflet.icml
Adobe FrameMaker 2022 - [manual.fm] => Adobe FrameMaker => manual.fm
""",
    "image_editor": r"""
Valley.lrcat - Adobe Photoshop Lightroom Classic - Develop => Adobe Lightroom Classic => Valley.lrcat
mill - Adobe Lightroom => Adobe Lightroom => mill
Affinity Photo 2 - [mill.afphoto] => Affinity Photo => mill.afphoto
Corel PHOTO-PAINT 2024 (64-Bit) - mill.cpt => Corel PHOTO-PAINT => mill.cpt
mill.pspimage - Corel PaintShop Pro 2023 => PaintShop Pro => mill.pspimage
Valley.cocatalog - Capture One 23 => Capture One => Valley.cocatalog
Valley - DxO PhotoLab 7 => DxO PhotoLab => Valley
mill - Luminar Neo => Luminar Neo => mill
RawTherapee 5.9 - mill.dng => RawTherapee => mill.dng
Valley — digiKam => digiKam => Valley
Valley - Photo Mechanic 6 => Photo Mechanic => Valley
mill.jpg - ACDSee Photo Studio Ultimate 2023 => ACDSee => mill.jpg
mill.png - paint.net 5.0.13 => paint.net => mill.png
mill.clip - CLIP STUDIO PAINT EX => Clip Studio Paint => mill.clip
mill.pxd - Pixelmator Pro => Pixelmator Pro => mill.pxd
mill.ora - MyPaint => MyPaint => mill.ora
mill.png — KolourPaint => KolourPaint => mill.png
wheel.aseprite - Aseprite v1.3 => Aseprite => wheel.aseprite
mill.jpg - Shotwell => Shotwell => mill.jpg
Jun 3 - Snagit Editor => Snagit => Jun 3
""",
    "file_manager": r"""
Valley - Adobe Bridge 2024 => Adobe Bridge => Valley
""",
    "code_editor": r"""
index.html - Adobe Dreamweaver 2021 => Adobe Dreamweaver => index.html
""",
    "document_viewer": r"""
mill.jpg - IrfanView (Zoom: 800 x 600) => IrfanView => mill.jpg
mill.jpg - XnView MP => XnView => mill.jpg
mill.jpg - FastStone Image Viewer 7.7 => FastStone Image Viewer => mill.jpg
mill.jpg - gThumb => gThumb => mill.jpg
""",
    "other": r"""
Projects - Unity Hub 3.5 => Unity Hub => Projects
""",
    "media_player": r"""
mill - rekordbox => rekordbox => mill
mill - Serato DJ Lite => Serato DJ Pro => mill
mill - VirtualDJ => VirtualDJ => mill
1. The Millers - Song - Winamp => Winamp => 1. The Millers - Song
The Millers - Song [foobar2000] => foobar2000 => The Millers - Song
mill.mkv - Media Player Classic Home Cinema => MPC-HC => mill.mkv
mill.mkv - PotPlayer => PotPlayer => mill.mkv
mill.mkv - SMPlayer => SMPlayer => mill.mkv
mill - iTunes => iTunes => mill
mill.mov - QuickTime Player => QuickTime Player => mill.mov
""",
}
SCIENCE = {
    "code_editor": r"""
MATLAB R2024a - academic use => MATLAB =>
wheel.m - GNU Octave => GNU Octave => wheel.m
wheel.sce - Scilab 2023.1.0 => Scilab => wheel.sce
RGui (64-bit) - [R Console] => RGui => R Console
mill - Positron IDE => Positron IDE => mill
wheel.nb - Wolfram Mathematica 13.3 => Wolfram Mathematica => wheel.nb
wheel.mw - [Server 1] - Maple 2023 => Maplesoft Maple => wheel.mw - [Server 1]
wxMaxima 22.04 [ wheel.wxmx ] - wxMaxima => wxMaxima => wxMaxima 22.04 [ wheel.wxmx ]
""",
    "design": r"""
wheel * - Simulink academic use => Simulink => wheel
wheel.ggb - GeoGebra Classic 5 => GeoGebra => wheel.ggb
ChemDraw Professional - [aspirin.cdxml] => ChemDraw => aspirin.cdxml
aspirin.mrv - MarvinSketch 22.13 => MarvinSketch => aspirin.mrv
1abc.pse - PyMOL => PyMOL => 1abc.pse
1abc.cxs - UCSF ChimeraX => UCSF ChimeraX => 1abc.cxs
""",
    "other": r"""
survey.sav [DataSet1] - IBM SPSS Statistics Data Editor => IBM SPSS Statistics => survey.sav
survey.amw - IBM SPSS Amos Graphics => IBM SPSS Amos => survey.amw
Stata/SE 17.0 - D:\data\survey.dta => Stata => D:\data\survey.dta
survey.egp - SAS Enterprise Guide => SAS System => survey.egp
OriginPro 2023 (64-bit) - D:\data\yield.opju => OriginPro => D:\data\yield.opju
yield.pzfx - GraphPad Prism 10.1.2 (324) => GraphPad Prism => yield.pzfx
yield - JMP Pro => JMP => yield
Minitab - yield.mpx => Minitab => yield.mpx
SigmaPlot - [yield.jnb] => SigmaPlot => yield.jnb
EViews - [Workfile: PRICES] => EViews => Workfile: PRICES
mill - gretl => gretl => mill
survey - jamovi => jamovi => survey
survey - JASP => JASP => survey
survey.sav [DataSet1] — PSPPIRE Data Editor => PSPP => survey.sav
TIBCO Statistica - yield => TIBCO Statistica => yield
yield.pxp - Igor Pro 9 => Igor Pro => yield.pxp
PTC Mathcad Prime 9.0.0.0 - [wheel.mcdx] => Mathcad Prime => wheel.mcdx
cells.cpproj - CellProfiler 4.2.5 => CellProfiler => cells.cpproj
aspirin.mnova - MestReNova => MestReNova => aspirin.mnova
pUC19.dna - SnapGene => SnapGene => pUC19.dna
Local - Geneious Prime 2023.1 => Geneious Prime => Local
panel.wsp - FlowJo v10.9 => FlowJo => panel.wsp
net.cys - Cytoscape => Cytoscape => net.cys
Gephi 0.10.1 - net.gephi => Gephi => net.gephi
race.pvsm - ParaView 5.11.0 => ParaView => race.pvsm
pulse.adicht - LabChart => LabChart => pulse.adicht
run7 - Chromeleon 7.2 => Chromeleon => run7
interviews.nvp - NVivo 12 Plus => NVivo => interviews.nvp
interviews.mx24 - MAXQDA 24 => MAXQDA => interviews.mx24
Interviews - ATLAS.ti 23 => ATLAS.ti => Interviews
Tableau - Book1 => Tableau Desktop => Book1
sales - Power BI Desktop => Power BI Desktop => sales
QlikView x64 - [D:\bi\sales.qvw] => Qlik Sense => D:\bi\sales.qvw
Alteryx Designer x64 - sales.yxmd => Alteryx Designer => sales.yxmd
sales - KNIME Analytics Platform => KNIME => sales
sales - RapidMiner Studio => RapidMiner => sales
""",
    "image_editor": r"""
cells.tif - ImageJ 1.54f => ImageJ => cells.tif
QuPath (0.4.3) - slide7.svs => QuPath => slide7.svs
""",
    "word_processor": r"""
D:\thesis\main.tex - TeXstudio => TeXstudio => D:\thesis\main.tex
Document : D:\thesis\main.tex - Texmaker => Texmaker => D:\thesis\main.tex
main.tex - TeXworks => TeXworks => main.tex
mill - TeXShop => TeXShop => mill
main.tex — Kile => Kile => main.tex
LyX: D:/thesis/main.lyx => LyX => D:/thesis/main.lyx
""",
    "document_viewer": r"""
EndNote 20 - [My EndNote Library] => EndNote => My EndNote Library
Mills - Mendeley Reference Manager => Mendeley => Mills
Thesis - Citavi 6 => Citavi => Thesis
JabRef - D:\thesis\mills.bib => JabRef => D:\thesis\mills.bib
mill - BibDesk => BibDesk => mill
Ada's Kindle for PC - The Mill => Kindle => The Mill
Adobe Digital Editions - The Mill => Adobe Digital Editions => The Mill
The Mill - Foliate => Foliate => The Mill
""",
}
MENU_BARS = """
Sketch => Sketch for Mac => design
Final Cut Pro => Final Cut Pro => design
Music => Apple Music => media_player
Podcasts => Apple Podcasts => media_player
Books => Apple Books => document_viewer
"""
