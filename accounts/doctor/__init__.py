"""The connection doctor: what is looked at, what it means, and what repairs it.

`facts` are gathered by `examining` (Meta is asked there) and by the apps above (`DOCTOR_CHECKS`);
`judging` and `rhythm` decide, and know neither Django nor a clock; `wording` says it to people.
"""
