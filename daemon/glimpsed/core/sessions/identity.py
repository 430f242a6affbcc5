"""What a screen is of: application, kind of work, project, document, place, and what it is about.

Rules of this file: pure and total. Everything comes from what was seen: titles, addresses, paths, text. What
a model says of it in words of its own is not asked, for it says it differently every time.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

import msgspec

from glimpsed.core.model import Activity, Entity, EntityKind
from glimpsed.core.model import ApplicationType as Kind
from glimpsed.core.rules.files import files_in
from glimpsed.core.rules.folding import alike, fold, shape
from glimpsed.core.rules.index import named, site_at
from glimpsed.core.sessions.calls import in_call
from glimpsed.core.sessions.model import Sighting
from glimpsed.core.sessions.places import PATH, Place, place_of, project_of, prompts
from glimpsed.core.sessions.terms import terms
from glimpsed.core.sessions.titles import Title, is_blank, normalised

_LAST_PROMPTS = 3
_MANY = 2
_MEETING = re.compile(
    r"\b(?:zoom meeting|meeting with|meet [-\u2013] |webex meeting|huddle|besprechung|call with|video ?call|"
    r"r\u00e9union|meet\.google\.com/\w|\| ?meeting\b|meeting in)\b",
    re.IGNORECASE,
)

_NUMBER = re.compile(
    r"#\d{2,8}\b|\b[A-Z]{2,8}-\d{1,6}\b|\b[A-Z]-\d{3,6}\b|\(\d{6,8}\)|\b\d{1,2}[a-z]\d{2,3}\b"
)
"""Numbers of things that are many of a kind: #412, ECN-1187, C-30514, (418821), 2m07."""
_JOB = re.compile(r"(?<![^\W_])(?!(?:19|20)\d\d(?!\d)|0)\d{3,7}(?![^\W_]|[.,:]\d)")
"""Numbers such as offices give to jobs and clients, and write into names of files: 2417, 10432. No years."""
_FIRST = re.compile(r"\W*(?!(?:19|20)\d\d(?:\d{4})?[\W_])(?=[^\W_]*\d)([^\W_]{3,})[\W_]")
"""The number or the code of a job with which a file's name begins: 2417, Marge17. No years and dates."""
_CALENDAR = re.compile(r"\b(?:calendar|kalender|calendrier|calendario)\b", re.IGNORECASE)


class Work(StrEnum):
    """Kinds of work that windows belong to; what may belong to any is `any`."""

    CODE = "code"
    OFFICE = "office"
    DESIGN = "design"
    TALK = "talk"
    MEETING = "meeting"
    LEISURE = "leisure"
    ANY = "any"


_BY_KIND: dict[Kind, Work] = {
    Kind.CODE_EDITOR: Work.CODE,
    Kind.TERMINAL: Work.CODE,
    Kind.DATABASE_CLIENT: Work.CODE,
    Kind.SPREADSHEET: Work.OFFICE,
    Kind.WORD_PROCESSOR: Work.OFFICE,
    Kind.PRESENTATION: Work.OFFICE,
    Kind.IMAGE_EDITOR: Work.DESIGN,
    Kind.DESIGN: Work.DESIGN,
    Kind.EMAIL: Work.TALK,
    Kind.CHAT: Work.TALK,
    Kind.CALENDAR: Work.TALK,
    Kind.VIDEO_CONFERENCE: Work.MEETING,
    Kind.MEDIA_PLAYER: Work.LEISURE,
}
_BY_ACTIVITY: dict[Activity, Work] = {
    Activity.COMMUNICATION: Work.TALK,
    Activity.MEETING: Work.MEETING,
    Activity.WATCHING: Work.LEISURE,
    Activity.WRITING: Work.OFFICE,
    Activity.DATA_ANALYSIS: Work.OFFICE,
    Activity.DESIGNING: Work.DESIGN,
    Activity.CODE_REVIEW: Work.CODE,
}


class Face(msgspec.Struct, frozen=True):
    """What a screen, or several at one moment, are of; sets, because there may be several. Texts are folded.

    `numbers` are of tickets and their like, `words` those of titles, `terms` those of everything; `series` is
    what names of files begin with. Projects, words, terms and series are kept by their shape.
    """

    applications: frozenset[str] = frozenset()
    works: frozenset[Work] = frozenset()
    projects: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()
    series: frozenset[str] = frozenset()

    @property
    def is_blank(self) -> bool:
        """Whether nothing is known: a shot that was not read, or shows nothing."""
        return not (self.applications or self.documents or self.places or self.terms)

    def __or__(self, other: "Face") -> "Face":
        """Both at once."""
        return Face(*(getattr(self, name) | getattr(other, name) for name in self.__struct_fields__))


class Label(msgspec.Struct, frozen=True):
    """What a screen is of, as shown to a person; empty where nothing tells."""

    application: str
    document: str
    project: str
    work: Work
    kind: Kind
    activity: Activity
    task: str


def face(sighting: Sighting) -> Face:
    """What one screen is of, to be compared."""
    title = normalised(sighting.window_title, sighting.application_type)
    place = _place(sighting.entities, title.kind)
    document = title.document or _document(sighting.entities, title.kind, place)
    application = fold(_application(sighting, title))
    blank = is_blank(document) or title.kind is Kind.TERMINAL
    owner = "" if title.kind is Kind.WEB_BROWSER else application  # a page is one page in any browser
    subject = "" if title.kind is Kind.CHAT else title.subject or document
    words = terms((subject,)) | _numbers(subject)
    return Face(
        frozenset((application,) if application else ()),
        frozenset((_work(sighting, title, place),)),
        frozenset(shape(fold(name)) for name in _projects(sighting, title, place)),
        frozenset(() if blank else (f"{owner}\n{fold(document)}",)),
        frozenset((place.place,) if place.place else ()),
        frozenset((place.host,) if place.host else ()),
        frozenset(_NUMBER.findall(document)),
        words - terms((application,)),
        words | terms(sighting.text),
        _series(subject),
    )


def _numbers(subject: str) -> frozenset[str]:
    """Numbers of jobs in a title, as its other words."""
    return frozenset(shape(fold(number)) for number in _JOB.findall(subject))


def _series(subject: str) -> frozenset[str]:
    """The number or code with which a file's name begins, that offices give to all files of a job."""
    first = _FIRST.match(subject.replace("\\", "/").rpartition("/")[2])
    return frozenset((shape(fold(first[1])),)) if first and files_in(subject) else frozenset()


def label(sighting: Sighting) -> Label:
    """What one screen is of, to be shown."""
    title = normalised(sighting.window_title, sighting.application_type)
    place = _place(sighting.entities, title.kind)
    document = title.document or _document(sighting.entities, title.kind, place)
    projects = _projects(sighting, title, place)
    return Label(
        _application(sighting, title),
        "" if is_blank(document) else document,
        projects[0] if projects else "",
        _work(sighting, title, place),
        title.kind,
        sighting.activity,
        sighting.task,
    )


def _application(sighting: Sighting, title: Title) -> str:
    """The application's name, from its result or its title; else its kind, as a name."""
    known = named(sighting.application)
    name = (known.name if known else " ".join(sighting.application.split())) or title.application
    unknown = name or title.kind is Kind.UNKNOWN
    return name if unknown else title.kind.value.replace("_", " ").capitalize()


def _work(sighting: Sighting, title: Title, place: Place) -> Work:
    """The kind of work that the window in front belongs to."""
    browsing = title.kind in (Kind.WEB_BROWSER, Kind.UNKNOWN)
    if title.kind is Kind.VIDEO_CONFERENCE or sighting.activity is Activity.MEETING:
        return Work.MEETING
    if (browsing or title.kind is Kind.CHAT) and _MEETING.search(sighting.window_title):
        return Work.MEETING
    if (browsing or title.kind is Kind.CHAT) and in_call(sighting.text + sighting.taskbar):
        return Work.MEETING
    if browsing and _CALENDAR.search(sighting.window_title):
        return Work.TALK
    if not browsing and title.kind is not Kind.NOTES:
        return _BY_KIND.get(title.kind, Work.ANY)
    told = sighting.activity not in (Activity.UNKNOWN, Activity.READING)
    activity = sighting.activity if told else _site(place.place or place.host) or sighting.activity
    return _BY_ACTIVITY.get(activity, Work.ANY)


def _projects(sighting: Sighting, title: Title, place: Place) -> tuple[str, ...]:
    """The projects that title, address, prompts and named paths tell, as written, the surest kind alone."""
    if title.project or place.project:
        return tuple(name for name in (title.project, place.project) if name)
    if title.kind is Kind.TERMINAL and (paths := prompts(sighting.text + sighting.taskbar)):
        return _distinct(project_of(path) for path in paths[-_LAST_PROMPTS:])
    files = [e.text for e in sighting.entities if e.kind in (EntityKind.FILE, EntityKind.DOCUMENT)]
    told = [project_of(m.group()) for text in (sighting.window_title, *files) if (m := PATH.search(text))]
    told += [e.text.rpartition("/")[2] for e in sighting.entities if e.kind is EntityKind.REPOSITORY]
    found = _distinct(told)
    return found if len(found) <= _MANY else ()


@lru_cache(maxsize=4096)
def _site(address: str) -> Activity | None:
    site = site_at(address) if address else None
    return site.activity if site else None


def _document(entities: tuple[Entity, ...], kind: Kind, place: Place) -> str:
    """What no title names; a page in a browser is at its address, and files that it mentions are not it."""
    if kind is Kind.TERMINAL:
        return ""
    page = kind is Kind.WEB_BROWSER and place.place
    wanted = (EntityKind.DOCUMENT,) if page else (EntityKind.DOCUMENT, EntityKind.FILE)
    return next((e.text for e in entities if e.kind in wanted), "")


def _place(entities: tuple[Entity, ...], kind: Kind) -> Place:
    if kind not in (Kind.WEB_BROWSER, Kind.UNKNOWN):
        return Place()
    return next((place_of(e.text) for e in entities if e.kind is EntityKind.URL), Place())


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple({fold(name): name for name in names if name}.values())


def same_document(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether a name of the one is a reading of one of the other's."""
    if not a.isdisjoint(b):
        return True
    return any(_one_document(x, y) for x in a for y in b)


@lru_cache(maxsize=65536)
def _one_document(a: str, b: str) -> bool:
    """Whether two names are readings of one: alike, with the same digits but those that letters look like."""
    return _digits(a) == _digits(b) and (alike(a, b) or shape(a) == shape(b))


def _digits(text: str) -> str:
    return "".join(c for c in text if c in "23456789")
