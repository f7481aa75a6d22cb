{
    "name": "Omnichannel Inbox: Pigeon post",
    "summary": "How another addon brings a network; it exists nowhere",
    "version": "19.0.1.0.0",
    "author": "omnichannel_inbox maintainers",
    "license": "LGPL-3",
    "category": "Hidden",
    "depends": ["omnichannel_inbox"],
    "data": ["views/omnichannel_channel_pigeon_views.xml"],
    "installable": True,
}
