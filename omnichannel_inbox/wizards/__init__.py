from . import omnichannel_health
