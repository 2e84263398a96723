package dev.cobnut.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/// Reacts to the signals of the operating system.
///
/// `sun.misc.Signal` is the JDK's only door to them. It is called by reflection because javac warns of every mention
/// of it, a warning that nothing silences beside `--release`, and here warnings are errors.
final class Signals {
    private Signals() {}

    /// Runs `action` on a thread of its own each time the signal arrives, in place of what it did before.
    ///
    /// @param name without `SIG`, such as `TERM`
    /// @throws IllegalStateException when the JVM does not give the signal away
    static void on(String name, Runnable action) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (_, method, _) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("signal " + name + " cannot be handled: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("signals cannot be handled by this JVM", e);
        }
    }
}
