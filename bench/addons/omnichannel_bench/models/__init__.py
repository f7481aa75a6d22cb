from . import omnichannel_bench
