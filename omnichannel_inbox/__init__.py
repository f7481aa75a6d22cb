from . import controllers, models
from .models.home import move_in as post_init_hook
