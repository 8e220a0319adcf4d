"""What follows from the map: fusion of chains, growth points, the lengthening plan, industry structure."""
