package io.bellwire.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Parses real output of the JDK and of Linux. */
class ResidentMemoryTest {
    private static final ResidentMemory.Range HEAP = new ResidentMemory.Range(0x680000000L, 0x800000000L);

    @Test
    void heapIsWhereTheJvmSaysWhicheverItsCollector() {
        assertEquals(HEAP, ResidentMemory.heap("""
                4711:
                 garbage-first heap   total 94208K, used 52341K [0x0000000680000000, 0x0000000800000000)
                  region size 4096K, 3 young (12288K), 1 survivors (4096K)
                 Metaspace       used 18423K, committed 18816K, reserved 1064960K
                  class space    used 2311K, committed 2496K, reserved 1048576K
                """));
        assertEquals(HEAP, ResidentMemory.heap("""
                4711:
                 def new generation   total 78656K, used 4195K [0x0000000680000000, 0x0000000685550000, 0x0000000700000000)
                 tenured generation   total 174784K, used 0K [0x0000000700000000, 0x000000070aab0000, 0x0000000800000000)
                   the space 174784K,   0% used [0x0000000700000000, 0x0000000700000000, 0x0000000700000200, 0x000000070aab0000)
                """));
        assertEquals(0, ResidentMemory.heap("").to());
    }

    @Test
    void mappingsInTheHeapDoNotCount() {
        List<String> smaps = """
                680000000-685c00000 rw-p 00000000 00:00 0\s
                Size:              94208 kB
                Rss:               90000 kB
                Pss:               90000 kB
                685c00000-800000000 ---p 00000000 00:00 0\s
                Rss:                   0 kB
                800000000-800be0000 rw-p 00001000 08:01 1048 /usr/lib/jvm/lib/server/classes.jsa
                Rss:               11000 kB
                7f2a4c000000-7f2a4c021000 rw-p 00000000 00:00 0\s
                Rss:                 132 kB
                ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]
                Rss:                   0 kB
                """.lines().toList();

        assertEquals(11_132, ResidentMemory.kibOutside(smaps, HEAP));
    }
}
