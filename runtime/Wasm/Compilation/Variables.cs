using System.Buffers.Binary;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Writes the instructions that name an IL local or argument, which have a short form.</summary>
internal static class Variables
{
    internal static int Write(Span<byte> to, Il shortForm, Il longForm, int index)
    {
        if (index < 256)
        {
            to[0] = (byte)shortForm;
            to[1] = (byte)index;
            return 2;
        }
        var length = IlWriter.WriteOp(to, longForm);
        BinaryPrimitives.WriteUInt16LittleEndian(to[length..], (ushort)index);
        return length + 2;
    }

    internal static void Load(IlWriter il, int local) => Append(il, Il.LdlocShort, Il.Ldloc, local);

    internal static void Store(IlWriter il, int local) => Append(il, Il.StlocShort, Il.Stloc, local);

    internal static void LoadArgument(IlWriter il, int argument) => Append(il, Il.LdargShort, Il.Ldarg, argument);

    internal static void StoreArgument(IlWriter il, int argument) => Append(il, Il.StargShort, Il.Starg, argument);

    internal static void LoadAddress(IlWriter il, int local) => Append(il, Il.LdlocaShort, Il.Ldloca, local);

    private static void Append(IlWriter il, Il shortForm, Il longForm, int index)
    {
        Span<byte> bytes = stackalloc byte[4];
        il.Append(bytes[..Write(bytes, shortForm, longForm, index)]);
    }
}
