"""Every message of the protocol.

Rules of this file: `daemon/PROTOCOL.md` documents each, and a golden frame of each exists.
"""

from glimpsed.wire.days import DayReply, DayRequest, ReportReply, ReportRequest
from glimpsed.wire.messages import (
    AskReply,
    AskRequest,
    CancelReply,
    CancelRequest,
    DoctorReply,
    DoctorRequest,
    ErrorReply,
    EventsReply,
    EventsRequest,
    HelloReply,
    HelloRequest,
    JobReply,
    JobRequest,
    ModelsReply,
    ModelsRequest,
    Reply,
    Request,
    ShotReply,
    ShotRequest,
    ShotsReply,
    ShotsRequest,
    ShutdownReply,
    ShutdownRequest,
    StatsReply,
    StatsRequest,
    StatusReply,
    StatusRequest,
    SubmitReply,
    SubmitRequest,
)
from glimpsed.wire.searching import SearchReply, SearchRequest
from glimpsed.wire.sessions import SessionReply, SessionRequest, SessionsReply, SessionsRequest
from glimpsed.wire.tasks import TaskReply, TaskRequest, TasksReply, TasksRequest

REQUESTS: tuple[type[Request], ...] = (
    HelloRequest,
    StatusRequest,
    SubmitRequest,
    ShotRequest,
    ShotsRequest,
    SearchRequest,
    SessionRequest,
    SessionsRequest,
    TasksRequest,
    TaskRequest,
    DayRequest,
    ReportRequest,
    JobRequest,
    CancelRequest,
    AskRequest,
    EventsRequest,
    ModelsRequest,
    StatsRequest,
    ShutdownRequest,
    DoctorRequest,
)

REPLIES: tuple[type[Reply], ...] = (
    HelloReply,
    StatusReply,
    SubmitReply,
    ShotReply,
    ShotsReply,
    SearchReply,
    SessionReply,
    SessionsReply,
    TasksReply,
    TaskReply,
    DayReply,
    ReportReply,
    JobReply,
    CancelReply,
    AskReply,
    EventsReply,
    ModelsReply,
    StatsReply,
    ShutdownReply,
    DoctorReply,
    ErrorReply,
)
