"""What happens to one order over the days, and what the warehouse says of it each day."""

from dataclasses import dataclass, field

from feed import Action


@dataclass(frozen=True)
class Step:
    """What is delivered on a day, and what is true from then on until the next step.

    `amount` is net_amount of the story's order in core.fct_orders, None where there is no such
    order. `left_out` are the rows in quarantine that name the order, as "table: reason". `also`
    are further queries and their rows.
    """

    day: int
    does: tuple[Action, ...] = ()
    amount: str | None = None
    left_out: tuple[str, ...] = ()
    also: dict[str, list[tuple]] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """A story is told of one order, in steps; without an order, only `also` is asked."""

    title: str
    order_id: str | None
    steps: tuple[Step, ...]

    def step(self, day: int) -> Step | None:
        """What is true on a day."""
        past = [step for step in self.steps if step.day <= day]
        return past[-1] if past else None


def story(title: str, order_id: str | None, *steps: Step) -> Story:
    return Story(title, order_id, steps)
