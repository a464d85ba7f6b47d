select * from {{ ref("apples_rows") }} where is_look_up
