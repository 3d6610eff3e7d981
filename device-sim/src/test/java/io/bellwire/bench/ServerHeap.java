package io.bellwire.bench;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The heap of a server, over JMX: a look costs it next to nothing, where a jcmd would cost a JVM's start. */
final class ServerHeap implements AutoCloseable {
    private final JMXConnector connector;
    private final MemoryMXBean memory;

    @SuppressWarnings("BanJNDI") // who answers is our own child, on an address that the JVM itself has handed out
    ServerHeap(Child server) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(Long.toString(server.process.pid()));
        try {
            connector = JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
        } finally {
            machine.detach();
        }
        memory = ManagementFactory.newPlatformMXBeanProxy(
                connector.getMBeanServerConnection(), ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
    }

    /** In use, garbage included. */
    long usedBytes() {
        return memory.getHeapMemoryUsage().getUsed();
    }

    /** In use after a full collection. */
    long liveBytes() {
        memory.gc();
        return usedBytes();
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
