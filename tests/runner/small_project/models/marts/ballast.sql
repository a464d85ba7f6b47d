{{ config(pre_hook="{{ spill() }}") }}
select i, md5(cast(i as varchar)) as text from range({{ var("ballast_rows") }}) as r(i)
