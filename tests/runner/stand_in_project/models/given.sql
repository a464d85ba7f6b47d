select *
from (
    values (1, 'a', null), (1, 'a', 2.5), (2, null, 3.0), (3, '', -1.0), (null, null, null)
) as given(i, "T", x)
