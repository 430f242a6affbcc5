"""The cases that other schedulers of models were caught out by, and which test of ours has each.

A line is the name under which a case is known, and a test beside this file or one above it. What is in
brackets happens in that test: so that a case of a crash is not a test of something milder.

AlreadyCanceled: test_scheduler_states.test_a_job_that_is_cancelled_ends_once_and_says_so_wherever_it_is
PrematureExpired: test_scheduler_keep_alive.test_a_model_that_never_stays_stays_for_what_waits_for_it
ExpireRunner: test_scheduler_keep_alive.test_a_model_that_does_nothing_is_taken_back_after_its_own_time
EvictsWhenVRAMInsufficient: test_scheduler_residency.test_what_fits_stays_what_nobody_decided_is_made_smaller_first_and_only_then_somebody_leaves
FitsAlongside: test_scheduler_turns.test_where_both_fit_nobody_is_passed_over
LoadCrashTriggersEvictAllAndRetry, of memory: test_scheduler_crashes.test_a_load_that_is_known_to_have_died_for_want_of_memory_has_others_leave_and_is_tried_alone [ModelRefused, out_of_memory, UnloadModel]
LoadCrashTriggersEvictAllAndRetry, of anything else: test_scheduler_crashes.test_a_child_that_crashes_as_it_is_loaded_beside_others_is_loaded_once_more_and_disturbs_nobody [crash(world)]
LoadOOMReducesAutomaticContextBeforeRetry: test_scheduler_residency.test_a_load_that_finds_no_memory_is_tried_once_more_with_a_smaller_automatic_context [ModelRefused, out_of_memory]
KeepsExplicitContext: test_scheduler_residency.test_a_load_that_finds_no_memory_keeps_a_context_that_somebody_decided [ModelRefused, out_of_memory]
LoadCrashNoOtherModelsFailsFast: test_scheduler_crashes.test_the_second_crash_is_the_last_for_a_while_and_who_waits_is_told_at_once [crash(world)]
LoadOOMNoOtherModelsFailsFast: test_scheduler_residency.test_the_second_load_that_finds_no_memory_was_the_last_for_a_while [ModelRefused, out_of_memory]
LoadOOMTriggersEvictAllAndRetry: test_scheduler_residency.test_a_load_that_finds_no_memory_beside_others_is_tried_alone [ModelRefused, out_of_memory, UnloadModel]
LoadNonOOMFailsFast: test_scheduler_residency.test_a_load_that_fails_for_another_reason_fails_fast_and_disturbs_nobody [ModelRefused, load_failed]
RuntimeOOMExpiresLoadedRunners: test_scheduler_residency.test_a_run_that_finds_no_memory_has_every_resident_leave_and_is_tried_alone_and_small [JobRefused, out_of_memory, UnloadModel]
NeedsReload: test_scheduler_residency.test_a_model_whose_files_changed_is_taken_back_between_jobs [inspect, UnloadModel]
runMultiModelStress: test_turn_bound.test_any_order_of_two_models_takes_a_swap_for_each_quantum_at_most
max_queue: test_scheduler_turns.test_a_person_is_refused_when_too_many_questions_wait_those_that_are_being_committed_included

queue_does_not_evict_busy_model: test_scheduler_turns.test_a_model_that_serves_is_not_swapped
queue_coalesces_requests_for_same_model: test_scheduler_turns.test_a_b_a_b_becomes_a_a_b_b
client_disconnect_keeps_model: test_scheduler_keep_alive.test_somebody_who_leaves_does_not_take_the_model_with_them
queue_is_fifo: test_scheduler_turns.test_jobs_run_by_class_then_by_rank_then_by_age
two_waiters_share_one_eviction: test_scheduler_turns.test_two_who_wait_share_one_swap
models_max_evicts_lru: test_residency.test_the_least_valuable_leaves_and_nobody_who_could_stay

JoinInFlightSwap: test_scheduler_keep_alive.test_a_load_that_nobody_wants_any_more_leaves_the_model_for_the_next
NoSwapWhileServing: test_scheduler_turns.test_a_model_that_serves_is_not_swapped
GrantServeFalseDoesNotLeakInFlight: test_machine_jobs.test_a_child_that_ended_before_a_job_was_begun_is_no_fault_of_the_jobs [ModelLost]
PriorityQueueOrder: test_scheduler_turns.test_jobs_run_by_class_then_by_rank_then_by_age
OnCancel: test_scheduler_states.test_a_job_that_is_cancelled_ends_once_and_says_so_wherever_it_is
OnUnload: test_scheduler_turns.test_a_model_on_its_way_out_gets_no_new_grant_and_is_loaded_again_once_it_is_gone

draining model gets no new grant: test_scheduler_turns.test_a_model_on_its_way_out_gets_no_new_grant_and_is_loaded_again_once_it_is_gone
eviction target busy, endless traffic: test_scheduler_turns.test_a_busy_model_under_endless_traffic_is_swapped_within_the_bound
worker killed at each state: test_scheduler_states.test_a_child_that_is_killed_in_any_state_costs_one_attempt_at_most [ModelDied, ModelLost, killed]
worker dies before it was measured: test_machine_jobs.test_a_model_that_dies_twice_while_loading_is_left_alone_for_a_while [ModelDied]
worker found dead before the next job: test_loading.test_a_child_that_died_idle_is_shown_as_ready_no_longer_and_comes_back_when_it_is_wanted [ModelGone]
foreign process grabs memory during the wait: test_loading.test_what_is_seen_then_decides
cancel when queued, loading, being stopped or waiting for a swap: test_scheduler_states.test_a_job_that_is_cancelled_ends_once_and_says_so_wherever_it_is [JobCancelRequested]
cancel when granted and not taken, encoding or decoding: test_scheduler_crashes.test_a_job_that_is_cancelled_when_it_was_begun_ends_so_however_its_attempt_does [JobCancelRequested, JobStopped, killed, ModelLost]
cancel when granted and not taken, by the performer: ../test_performer.test_an_attempt_that_is_stopped_before_its_first_step_says_so [StopAttempt]
cancel when encoding or decoding, by llama.cpp: ../engine/test_stop.test_each_stage_stops_where_it_is_and_the_next_reply_is_the_reference [deadline, cancelled]
cancel when encoding, of a child that is deaf: ../engine/test_stop.test_a_deaf_child_is_killed_and_a_fresh_one_says_the_same [deaf]
half-open cancel does not stick: test_scheduler_probes.test_a_probe_is_called_off_for_a_person_and_goes_out_again_after_them
half-open death does not stick: test_scheduler_breakers.test_a_probe_whose_child_dies_or_whose_files_change_does_not_stick_half_open
clock jump: test_scheduler_deadlines.test_a_clock_that_jumps_ends_what_is_late_and_nothing_else
deadline expired in the queue: test_scheduler_deadlines.test_what_expires_while_it_waits_never_reaches_the_slot
"""  # noqa: E501 - a table

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LINE = re.compile(r"(?P<case>.+?): (?P<module>[\w./]*test_\w+)\.(?P<name>test_\w+)(?: \[(?P<what>.+)\])?")
CASES = [found.groups() for line in (__doc__ or "").splitlines() if (found := LINE.fullmatch(line))]


@pytest.mark.parametrize(("case", "module", "name", "what"), CASES, ids=[case for case, *_ in CASES])
def test_a_case_that_is_known_has_its_test(case, module, name, what):
    source = (HERE / f"{module}.py").read_text()
    tests = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    assert name in tests, case
    first = min(node.lineno for node in (tests[name], *tests[name].decorator_list))
    body = "\n".join(source.splitlines()[first - 1 : tests[name].end_lineno])
    missing = [word for word in (what or "").split(", ") if word not in body]
    assert not missing, f"{case}: {missing} does not happen in {name}"


def test_every_line_is_a_case():
    lines = [line for line in (__doc__ or "").splitlines()[5:] if line]
    assert len(lines) == len(CASES)
    assert len({case for case, *_ in CASES}) == len(CASES), "each once"
