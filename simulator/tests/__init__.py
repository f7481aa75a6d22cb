"""python -m unittest discover -t . -s simulator/tests"""
