package dev.cobnut.vip.vrrp;

import static dev.cobnut.vip.vrrp.SimWorld.MILLI;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What goes wrong in a [SimWorld], and when: rounds of a few faults, each followed by a quiet time. A fault ends before its quiet
/// time, or only after it.
final class SimFaults {
    private enum Fault {
        KILL,
        MACHINE_DIES,
        STOP,
        FREEZE,
        PARTITION,
        ONE_WAY,
        LOSS,
        LINK_DOWN,
        CHECK_FAILS,
        DRAIN,
        CARRY_FAILS,
        WEIGHT
    }

    private final SimWorld world;
    private final List<Runnable> endings = new ArrayList<>();

    SimFaults(SimWorld world) {
        this.world = world;
    }

    /// All of a run.
    void schedule() {
        for (SimMachine each : world.machines) {
            world.after(world.millis(0, 1_000), () -> start(each));
        }
        quiet(2 + world.below(3));
    }

    private void start(SimMachine machine) {
        if (machine.isDead()) {
            world.disturb("begins: " + machine);
            machine.start();
        }
    }

    private void quiet(int rounds) {
        long last = world.rules().settlingNanos() + world.millis(13_000, 14_000);
        world.after(last, () -> {
            world.rules().checkSettled();
            if (rounds == 0) {
                world.end();
            } else {
                round(rounds);
            }
        });
    }

    private void round(int rounds) {
        endings.forEach(Runnable::run);
        endings.clear();
        if (world.chance(3)) {
            // What goes well again is watched for itself.
            quiet(rounds - 1);
            return;
        }
        long longest = 0;
        for (int faults = 1 + world.below(3); faults > 0; faults--) {
            Fault fault = Fault.values()[world.below(Fault.values().length)];
            long begin = world.chance(2) ? world.millis(0, 100) : world.millis(0, 5_000);
            long lasts = world.millis(10, 2 * world.rules().masterDownNanos() / MILLI + 3_000);
            boolean isLong = world.chance(3) && fault != Fault.CARRY_FAILS && fault != Fault.LOSS;
            world.after(begin, () -> {
                world.count("fault " + fault);
                Runnable ending = inflict(fault);
                if (isLong) {
                    endings.add(ending);
                } else {
                    world.after(lasts, ending);
                }
            });
            longest = Math.max(longest, begin + (isLong ? 0 : lasts));
        }
        world.after(longest, () -> quiet(rounds - 1));
    }

    /// Most faults are of who has the address.
    private SimMachine victim() {
        List<SimMachine> masters =
                world.machines.stream().filter(SimMachine::isMaster).toList();
        return masters.isEmpty() || world.chance(3) ? world.anyMachine() : masters.get(world.below(masters.size()));
    }

    /// @return how it ends
    private Runnable inflict(Fault fault) {
        SimMachine machine = victim();
        String what = fault + " " + machine;
        return switch (fault) {
            case KILL -> {
                if (!machine.isDead()) {
                    shake(what);
                    machine.kill(false);
                }
                yield () -> start(machine);
            }
            case MACHINE_DIES -> {
                if (!machine.isDead()) {
                    shake(what);
                    machine.kill(true);
                }
                yield () -> start(machine);
            }
            case STOP -> {
                world.rules().onLeaving(machine);
                world.disturb(what);
                machine.stopOrderly();
                yield () -> start(machine);
            }
            case FREEZE -> {
                if (machine.isUp()) {
                    shake(what);
                    machine.freeze();
                }
                yield () -> {
                    if (!machine.isUp() && !machine.isDead()) {
                        shake("end of " + what);
                        machine.goOn();
                    }
                };
            }
            case PARTITION -> {
                for (int i = 0; i < world.group.length; i++) {
                    world.group[i] = world.below(2);
                }
                for (int i = 0; i < SimWorld.CLIENTS; i++) {
                    world.clientGroup[i] = world.below(2);
                }
                shake(what);
                yield () -> {
                    Arrays.fill(world.group, 0);
                    Arrays.fill(world.clientGroup, 0);
                    shake("end of " + what);
                };
            }
            case ONE_WAY -> {
                SimMachine other = world.anyMachine();
                world.cut(machine, other, true);
                shake(what);
                yield () -> {
                    world.cut(machine, other, false);
                    shake("end of " + what);
                };
            }
            case LOSS -> {
                world.lossPercent = 5 + world.below(60);
                shake(what);
                yield () -> {
                    world.lossPercent = 0;
                    shake("end of " + what);
                };
            }
            case LINK_DOWN -> {
                shake(what);
                machine.linkDown = true;
                machine.judge();
                yield () -> {
                    shake("end of " + what);
                    machine.linkDown = false;
                    machine.judge();
                };
            }
            case CHECK_FAILS -> {
                world.rules().onLeaving(machine);
                world.disturb(what);
                machine.checkFails = true;
                machine.judge();
                yield () -> {
                    world.disturb("end of " + what);
                    machine.checkFails = false;
                    machine.judge();
                };
            }
            case DRAIN -> {
                if (machine instanceof SimSpeaker) {
                    world.rules().onLeaving(machine);
                    world.disturb(what);
                    machine.drained = true;
                    machine.judge();
                }
                yield () -> {
                    if (machine.drained) {
                        world.disturb("end of " + what);
                        machine.drained = false;
                        machine.judge();
                    }
                };
            }
            case CARRY_FAILS -> {
                if (machine instanceof SimSpeaker) {
                    world.disturb(what);
                    machine.carryFails = true;
                }
                yield () -> {
                    if (machine instanceof SimSpeaker ours && machine.carryFails) {
                        world.disturb("end of " + what);
                        machine.carryFails = false;
                        machine.tell(ours::retry);
                    }
                };
            }
            case WEIGHT -> {
                world.disturb(what);
                machine.weight = world.below(200) - 100;
                machine.judge();
                yield () -> {
                    world.disturb("end of " + what);
                    machine.weight = 0;
                    machine.judge();
                };
            }
        };
    }

    /// It may look to others as if a master had died.
    private void shake(String what) {
        world.disturb(what);
        world.rules().onShaken();
    }
}
