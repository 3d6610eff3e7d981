package io.bellwire.fleet;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process that supervises a server until it is killed, as a simulator does. */
final class SupervisorProcess {
    private SupervisorProcess() {}

    /** Starts the server and waits. Arguments: the server's command, its log file. */
    public static void main(String[] args) throws Exception {
        ServerAddress unused = new ServerProcess(args[0], Path.of(args[1]), ServerProcess.Extras.NONE).start();
        System.out.println("ready");
        new CountDownLatch(1).await();
    }
}
