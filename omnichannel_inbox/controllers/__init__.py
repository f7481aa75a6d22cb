from . import webclient
from . import webhook
