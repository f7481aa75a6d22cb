"""When people work, by Odoo's working schedules, in UTC without a time zone as fields keep it."""

from datetime import timedelta, timezone

#: Schedules that never open again within this time never do.
HORIZON = timedelta(days=392)
#: So far a schedule is looked through at a time.
STEP = timedelta(days=14)
#: Schedules end their days a moment before midnight: what is no longer than that is no gap.
MOMENT = timedelta(seconds=1)


def find_spans(calendar, start, end, company):
    """Return the times of work between two moments, as (begin, end), apart from each other.

    Time off, holidays of the company included, is no work.
    """
    return find_spans_of(calendar, None, start, end, company)[False]


def find_spans_of(calendar, resources, start, end, company):
    """Return the times of work of each of these, by id; False stands for the schedule itself."""
    # sudo: resource.calendar - when somebody works, not why he does not
    work = calendar.sudo()._work_intervals_batch(
        *_aware(start, end), resources=resources, domain=_leave_domain(company)
    )
    return {resource_id: _as_spans(intervals) for resource_id, intervals in work.items()}


def find_on_leave(resources, at, company):
    """Return those who have no fixed hours and are on leave at this moment."""
    # sudo: resource.calendar - whether somebody works, not why he does not
    leaves = (
        resources.env["resource.calendar"]
        .sudo()
        ._leave_intervals_batch(
            *_aware(at, at + MOMENT), resources=resources, domain=_leave_domain(company)
        )
    )
    return resources.filtered(lambda resource: bool(leaves[resource.id]))


def _aware(*moments):
    return [moment.replace(tzinfo=timezone.utc) for moment in moments]


def _leave_domain(company):
    return [("time_type", "=", "leave"), ("company_id", "in", (False, company.id))]


def _as_spans(intervals):
    spans = []
    for *bounds, _attendance in intervals:
        begin, stop = (one.astimezone(timezone.utc).replace(tzinfo=None) for one in bounds)
        if spans and begin - spans[-1][1] <= MOMENT:
            spans[-1] = (spans[-1][0], max(stop, spans[-1][1]))
        elif stop - begin > MOMENT:
            spans.append((begin, stop))
    return spans


def iter_spans(calendar, start, company):
    """Yield the times of work from this moment on, one after the other, within the horizon."""
    pending = None
    for number in range(HORIZON // STEP):
        begin = start + number * STEP
        for span in find_spans(calendar, begin, begin + STEP, company):
            if pending and span[0] - pending[1] <= MOMENT:
                pending = (pending[0], span[1])
                continue
            if pending:
                yield pending
            pending = span
    if pending:
        yield pending
