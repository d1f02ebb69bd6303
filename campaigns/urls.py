"""The addresses of campaigns."""

from django.urls import path

from campaigns.views import audience, editing, lists, steering

app_name = "campaigns"
ONE = "campaigns/<uuid:campaign_id>/"
urlpatterns = [
    path("campaigns/", lists.campaign_list, name="list"),
    path("campaigns/new/", editing.new, name="new"),
    path(ONE, lists.campaign, name="campaign"),
    path(f"{ONE}progress/", lists.progress, name="progress"),
    path(f"{ONE}results/", lists.results, name="results"),
    path(f"{ONE}name/", editing.name, name="name"),
    path(f"{ONE}audience/", audience.audience, name="audience"),
    path(f"{ONE}audience/labels/", audience.labels, name="labels"),
    path(f"{ONE}audience/file/", audience.upload, name="upload"),
    path(f"{ONE}audience/table/", audience.table, name="table"),
    path(f"{ONE}audience/clear/", steering.clear, name="clear"),
    path(f"{ONE}recipients/<uuid:recipient_id>/remove/", steering.remove, name="remove"),
    path(f"{ONE}template/", editing.template, name="template"),
    path(f"{ONE}pace/", editing.pace, name="pace"),
    path(f"{ONE}check/", editing.check, name="check"),
    path(f"{ONE}launch/", steering.launch, name="launch"),
    path(f"{ONE}pause/", steering.pause, name="pause"),
    path(f"{ONE}resume/", steering.resume, name="resume"),
    path(f"{ONE}cancel/", steering.cancel, name="cancel"),
    path(f"{ONE}retry/", steering.retry, name="retry"),
    path(f"{ONE}copy/", steering.copy, name="copy"),
    path(f"{ONE}delete/", steering.delete, name="delete"),
]
