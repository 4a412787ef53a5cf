package appcfg.java7;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import jdk.internal.org.objectweb.asm.ClassReader;
import jdk.internal.org.objectweb.asm.ClassVisitor;
import jdk.internal.org.objectweb.asm.ClassWriter;
import jdk.internal.org.objectweb.asm.Label;
import jdk.internal.org.objectweb.asm.MethodVisitor;
import jdk.internal.org.objectweb.asm.Opcodes;

/** A channel that listens is bound to the port that the program is served on, and to no other. */
final class Listening implements ClassFileTransformer {
  private static final String NAME = "sun/nio/ch/ServerSocketChannelImpl";
  private static final String BIND = "(Ljava/net/SocketAddress;I)Ljava/nio/channels/ServerSocketChannel;";
  private static final String ADDRESS = "java/net/InetSocketAddress";
  private static final String PROBLEM = "java/net/SocketException";

  private final int servedPort;

  private Listening(int servedPort) {
    this.servedPort = servedPort;
  }

  static void restrict(Instrumentation instrumentation, int servedPort) throws Exception {
    Listening transformer = new Listening(servedPort);
    instrumentation.addTransformer(transformer, true);
    try {
      instrumentation.retransformClasses(Class.forName(NAME.replace('/', '.')));
    } finally {
      instrumentation.removeTransformer(transformer);
    }
  }

  @Override
  public byte[] transform(ClassLoader loader, String name, Class<?> before, ProtectionDomain domain, byte[] bytes) {
    if (!NAME.equals(name)) return null;
    ClassReader reader = new ClassReader(bytes);
    ClassWriter writer = new ClassWriter(reader, 0);
    reader.accept(
        new ClassVisitor(Opcodes.ASM8, writer) {
          @Override
          public MethodVisitor visitMethod(int access, String method, String type, String signature, String[] errors) {
            MethodVisitor visitor = super.visitMethod(access, method, type, signature, errors);
            return "bind".equals(method) && BIND.equals(type) ? new Checking(visitor) : visitor;
          }
        },
        0);
    return writer.toByteArray();
  }

  /** Begins the method with: if (!(local instanceof InetSocketAddress) || its port != servedPort) throw. */
  private final class Checking extends MethodVisitor {
    Checking(MethodVisitor visitor) {
      super(Opcodes.ASM8, visitor);
    }

    @Override
    public void visitCode() {
      super.visitCode();
      Label refused = new Label();
      Label allowed = new Label();
      visitVarInsn(Opcodes.ALOAD, 1);
      visitTypeInsn(Opcodes.INSTANCEOF, ADDRESS);
      visitJumpInsn(Opcodes.IFEQ, refused);
      visitVarInsn(Opcodes.ALOAD, 1);
      visitTypeInsn(Opcodes.CHECKCAST, ADDRESS);
      visitMethodInsn(Opcodes.INVOKEVIRTUAL, ADDRESS, "getPort", "()I", false);
      visitLdcInsn(servedPort);
      visitJumpInsn(Opcodes.IF_ICMPEQ, allowed);
      visitLabel(refused);
      visitFrame(Opcodes.F_SAME, 0, null, 0, null);
      visitTypeInsn(Opcodes.NEW, PROBLEM);
      visitInsn(Opcodes.DUP);
      visitLdcInsn("Permission denied: Attempt to bind port without permission.");
      visitMethodInsn(Opcodes.INVOKESPECIAL, PROBLEM, "<init>", "(Ljava/lang/String;)V", false);
      visitInsn(Opcodes.ATHROW);
      visitLabel(allowed);
      visitFrame(Opcodes.F_SAME, 0, null, 0, null);
    }

    @Override
    public void visitMaxs(int stack, int locals) {
      super.visitMaxs(Math.max(stack, 3), locals);
    }
  }
}
