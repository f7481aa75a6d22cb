from . import controllers, models, wizards
from .models.home import move_in as post_init_hook
from .models.removal import move_out as uninstall_hook
