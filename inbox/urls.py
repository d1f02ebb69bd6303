"""The addresses of the inbox."""

from django.urls import path

from inbox.views import (
    attachments,
    composing,
    contacts,
    labels,
    later,
    lists,
    media,
    sending,
    threads,
)

app_name = "inbox"
urlpatterns = [
    path("inbox/", lists.conversation_list, name="list"),
    path("inbox/marks/", lists.marks, name="marks"),
    path("inbox/<uuid:conversation_id>/", threads.thread, name="thread"),
    path("inbox/<uuid:conversation_id>/older/", threads.older, name="older"),
    path("inbox/<uuid:conversation_id>/newer/", threads.newer, name="newer"),
    path("inbox/<uuid:conversation_id>/messages/", sending.post_message, name="post_message"),
    path(
        "inbox/<uuid:conversation_id>/attachments/",
        attachments.post_attachment,
        name="post_attachment",
    ),
    path(
        "inbox/<uuid:conversation_id>/attachments/<uuid:media_id>/remove/",
        attachments.remove_attachment,
        name="remove_attachment",
    ),
    path("inbox/<uuid:conversation_id>/messages/<uuid:message_id>/", threads.about, name="about"),
    path(
        "inbox/<uuid:conversation_id>/messages/<uuid:message_id>/reaction/",
        composing.reaction,
        name="react",
    ),
    path("inbox/<uuid:conversation_id>/compose/<slug:kind>/", composing.compose, name="compose"),
    path("inbox/<uuid:conversation_id>/picker/", sending.picker, name="picker"),
    path("inbox/<uuid:conversation_id>/picker/preview/", sending.preview, name="preview"),
    path("inbox/<uuid:conversation_id>/templates/", sending.post_template, name="post_template"),
    path("inbox/<uuid:conversation_id>/takeover/", threads.take_over, name="takeover"),
    path("inbox/<uuid:conversation_id>/give-back/", threads.give_back, name="give_back"),
    path("inbox/<uuid:conversation_id>/close/", threads.close, name="close"),
    path("inbox/<uuid:conversation_id>/reopen/", threads.reopen, name="reopen"),
    path("inbox/<uuid:conversation_id>/assign-me/", threads.take_over, name="assign_me"),
    path("inbox/<uuid:conversation_id>/hold/", threads.hold, name="hold"),
    path("inbox/<uuid:conversation_id>/draft/", threads.draft, name="draft"),
    path("inbox/<uuid:conversation_id>/seen/", threads.seen, name="seen"),
    path("inbox/<uuid:conversation_id>/unseen/", threads.unseen, name="unseen"),
    path("inbox/<uuid:conversation_id>/retry/<uuid:message_id>/", sending.retry, name="retry"),
    path("inbox/<uuid:conversation_id>/cancel/<uuid:message_id>/", sending.cancel, name="cancel"),
    path("inbox/<uuid:conversation_id>/undo/<uuid:message_id>/", sending.undo, name="undo"),
    path("inbox/<uuid:conversation_id>/later/", later.later, name="later"),
    path("inbox/<uuid:conversation_id>/edit/<uuid:message_id>/", later.edit, name="edit"),
    path(
        "inbox/<uuid:conversation_id>/send-now/<uuid:message_id>/", later.send_now, name="send_now"
    ),
    path("inbox/<uuid:conversation_id>/labels/", labels.of_conversation, name="labels"),
    path("inbox/<uuid:conversation_id>/typing/", threads.typing, name="typing"),
    path(
        "inbox/<uuid:conversation_id>/suggestions/<uuid:suggestion_id>/dismiss/",
        threads.dismiss_suggestion,
        name="dismiss",
    ),
    path("settings/labels/", labels.label_list, name="settings_labels"),
    path("settings/labels/<uuid:label_id>/", labels.one_label, name="settings_label"),
    path("settings/labels/<uuid:label_id>/merge/", labels.merge, name="merge_label"),
    path("settings/labels/<uuid:label_id>/delete/", labels.remove, name="delete_label"),
    path("contacts/", contacts.contact_list, name="contacts"),
    path("inbox/contacts/<uuid:contact_id>/name/", contacts.rename, name="rename_contact"),
    path("inbox/contacts/<uuid:contact_id>/merge/", contacts.merge, name="merge_contact"),
    path("inbox/contacts/<uuid:contact_id>/unmerge/", contacts.unmerge, name="unmerge_contact"),
    path("inbox/contacts/<uuid:contact_id>/export/", contacts.export, name="export_contact"),
    path(
        "inbox/contacts/suggestions/<uuid:merge_suggestion_id>/dismiss/",
        contacts.dismiss_merge,
        name="dismiss_merge",
    ),
    path("inbox/<uuid:conversation_id>/media/", media.gallery_page, name="gallery"),
    path(
        "inbox/<uuid:conversation_id>/media/<uuid:media_id>/retry/",
        media.retry,
        name="retry_media",
    ),
    path("media/<uuid:media_id>/", media.file, name="media"),
    path("media/<uuid:media_id>/thumbnail/", media.thumbnail, name="thumbnail"),
]
