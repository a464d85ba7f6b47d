{{ config(enabled=var("unlikely_days") | length > 0) }}
select 'apples' as domain, '(all)' as location_id, 'Orchard <Street>' as location_name
