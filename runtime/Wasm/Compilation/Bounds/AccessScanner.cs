using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation.Bounds;

/// <summary>
/// Looks ahead for loads by the same local that are certain to run once this access has, with nothing between that could be seen from outside, nor could trap in
/// another way: if one of them is out of bounds, the call traps just so wherever they are checked, so all are checked at once.
/// </summary>
internal static class AccessScanner
{
    private const int MostBytes = 160;
    private const int MostAccesses = 8;

    /// <summary>Adds the accesses that follow <paramref name="position"/> to <paramref name="found"/>: the constant that is added to the local, the end behind that, the width.</summary>
    /// <param name="end">Where to stop in any case.</param>
    internal static void Scan(ReadOnlySpan<byte> module, int position, int end, int local, List<Access> found)
    {
        var reader = new CodeReader(module, position);
        end = Math.Min(end, position + MostBytes);
        Address? address = null;
        while (reader.Position < end && found.Count < MostAccesses)
        {
            var opcode = reader.Next();
            if (opcode is Opcode.LocalSet or Opcode.LocalTee && new CodeReader(module, reader.Position).Index() == local)
            {
                return;
            }
            if (Instructions.Find(opcode) is { Width: > 0 } access)
            {
                if (access.Result is null || access.Immediate != Immediate.Memory)
                {
                    return;
                }
                var argument = reader.MemoryArgument();
                if (address is { Constant: null } at && argument.Memory == 0)
                {
                    found.Add(new Access(at.Plus, (ulong)argument.Offset + (uint)access.Width, access.Width));
                }
                address = null;
                continue;
            }
            if (!IsHarmless(opcode))
            {
                return;
            }
            address = Follow(address, opcode, reader, local);
            reader.Skip(opcode);
        }
    }

    // What the top of the operand stack is after the instruction, where that is the local plus a constant.
    private static Address? Follow(Address? before, Opcode opcode, CodeReader reader, int local) => (opcode, before) switch
    {
        (Opcode.LocalGet, _) => reader.Index() == local ? new Address(0, null) : null,
        (Opcode.I32Const, { Constant: null, Plus: var plus }) => new Address(plus, (uint)reader.S32()),
        (Opcode.I32Add, { Constant: { } constant, Plus: var plus }) => new Address(unchecked(plus + constant), null),
        _ => null,
    };

    private static bool IsHarmless(Opcode opcode) => opcode switch
    {
        Opcode.LocalGet or Opcode.LocalSet or Opcode.LocalTee or Opcode.GlobalGet or Opcode.Drop or Opcode.Select or Opcode.Nop => true,
        >= Opcode.I32Const and <= Opcode.F64Const => true,
        _ => Instructions.Find(opcode) is { Width: 0 } && !Emissions.Of(opcode).Traps,
    };

    /// <param name="Constant">A constant that is on top of the address.</param>
    private readonly record struct Address(uint Plus, uint? Constant);
}

/// <summary>A load by a local that comes later.</summary>
/// <param name="Plus">What is added to the local.</param>
/// <param name="End">Where it ends behind that.</param>
internal readonly record struct Access(uint Plus, ulong End, int Width);
