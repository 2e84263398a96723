package dev.cobnut.planted.proxy;

import dev.cobnut.planted.control.Decision;

/// The data plane asks the control plane.
interface WrongArrow {
    Decision ask();
}
