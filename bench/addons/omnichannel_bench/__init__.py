from . import clock, controllers, disk, models
