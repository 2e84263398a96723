package dev.cobnut.planted.util;

/// A class whose room has no name.
record Drawer(int odds, int ends) {}
