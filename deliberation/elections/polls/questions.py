"""A poll as the count and the bulletin board take it."""

from deliberation.elections.counting.question import Question
from deliberation.elections.polls.queries import (
    PollView,
    grade_names,
    option_titles,
)


def question_of(poll: PollView) -> Question:
    """A poll's question, as the counting and the bulletin board take it."""
    return Question(
        question=poll.question,
        choices=option_titles(poll),
        ballot=poll.ballot,
        grades=grade_names(poll),
        method=poll.method,
        method_options=poll.method_options,
        compared=poll.compared,
        approved_from=poll.approved_from,
        tie_seed=poll.tie_seed,
        whole_ballots=poll.whole_ballots,
        seats=poll.seats,
        budget=poll.budget,
        costs=[option.cost for option in poll.options if option.cost is not None],
    )
