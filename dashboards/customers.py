"""Finding one customer by what a reader types, for the pages that show one."""

import pandas as pd
from answers import Answer, Choice, Filter, explained
from marts import Marts

CUSTOMERS = "core.dim_customers"
FILTER = Filter("customer", "Customer: id, name or e-mail")
# More than this is no help to somebody who looks for one.
MOST = 20


def found(marts: Marts, choice: Choice) -> pd.DataFrame:
    """The customers with this id or e-mail address; where there are none, this in their name."""
    return marts.frame(
        "select customer_id, coalesce(name, customer_id) as name, email, city, state, country"
        f" from {CUSTOMERS} where domain = $domain and ("
        " lower(customer_id) = lower($customer) or lower(email) = lower($customer)"
        " or contains(lower(name), lower($customer)))"
        " qualify rank() over (order by (lower(customer_id) = lower($customer)"
        " or lower(email) = lower($customer)) is not true) = 1"
        f" order by name, customer_id limit {MOST}",
        choice.parameters("domain", "customer"),
    )


def one_customer(marts: Marts, choice: Choice) -> tuple[str | None, Answer]:
    """The id of the customer whom the reader means; without one, the words or the list to show."""
    if not choice.filters.get("customer"):
        return None, Answer(
            empty="Type a customer's id, name or e-mail address into the dashboard."
        )
    people = found(marts, choice)
    if people.empty:
        return None, Answer(empty=f"No customer of {choice.domain} has this id, name or e-mail.")
    if len(people) > 1:
        return None, Answer(
            table=people,
            columns=explained(
                CUSTOMERS,
                {
                    "customer_id": ("Id", "text"),
                    "name": ("Name", "text"),
                    "email": ("E-mail", "text"),
                    "city": ("City", "text"),
                },
            ),
            note="Several customers fit. Type the id of one of them.",
        )
    return str(people["customer_id"].iloc[0]), Answer()
