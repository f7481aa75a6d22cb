{
    "name": "Omnichannel Inbox: measuring",
    "summary": "What the benchmark measures against; not for production",
    "version": "19.0.1.0.0",
    "author": "omnichannel_inbox maintainers",
    "license": "LGPL-3",
    "category": "Hidden",
    "depends": ["omnichannel_inbox"],
    "installable": True,
}
