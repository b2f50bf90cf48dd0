-- oldest-code: 1
-- The welcome was one setting for each language; it is one for each line and language now.

update setting_change set name = 'welcome.about.' || substr(name, 9)
where name like 'welcome.%' and name not like 'welcome.%.%';
