"""What happens to one order over the days, and the rows expected each day."""

from dataclasses import dataclass, field

from feed import Action


@dataclass(frozen=True)
class Step:
    """What is delivered on a day, and what is expected from then on until the next step.

    `amount` is the order's net_amount in core.fct_orders, None if it is not there. `left_out` are
    the order's rows in quarantine, as "table: reason". `also` are further queries and their rows.
    """

    day: int
    actions: tuple[Action, ...] = ()
    amount: str | None = None
    left_out: tuple[str, ...] = ()
    also: dict[str, list[tuple]] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """The steps of one order; without an order, only the queries of `also` are checked."""

    title: str
    order_id: str | None
    steps: tuple[Step, ...]

    def step(self, day: int) -> Step | None:
        """The latest step up to a day."""
        past = [step for step in self.steps if step.day <= day]
        return past[-1] if past else None


def story(title: str, order_id: str | None, *steps: Step) -> Story:
    return Story(title, order_id, steps)
