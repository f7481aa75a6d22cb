from . import clock, controllers, models
