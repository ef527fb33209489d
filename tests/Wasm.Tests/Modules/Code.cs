using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Tests.Modules;

/// <summary>Instructions of a function body or a constant expression, one after the other, without the last <c>end</c>.</summary>
internal sealed class Code
{
    private const byte NoResult = 0x40;
    private readonly List<byte> _bytes = [];

    internal IReadOnlyList<byte> Bytes => _bytes;

    /// <summary>An instruction whose immediates are unsigned numbers.</summary>
    internal Code Op(Opcode opcode, params ReadOnlySpan<int> immediates)
    {
        var number = (int)opcode;
        if (number > 0xFF)
        {
            _bytes.Add((byte)(number >> 8));
            _bytes.AddU32(number & 0xFF);
        }
        else
        {
            _bytes.Add((byte)number);
        }
        foreach (var immediate in immediates)
        {
            _bytes.AddU32(immediate);
        }
        return this;
    }

    internal Code I32(int value)
    {
        Op(Opcode.I32Const);
        _bytes.AddS64(value);
        return this;
    }

    internal Code I64(long value)
    {
        Op(Opcode.I64Const);
        _bytes.AddS64(value);
        return this;
    }

    internal Code F32(float value)
    {
        Op(Opcode.F32Const);
        _bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }

    internal Code F64(double value)
    {
        Op(Opcode.F64Const);
        _bytes.AddRange(BitConverter.GetBytes(value));
        return this;
    }

    /// <summary>A vector whose 16 bytes are <paramref name="value"/>.</summary>
    internal Code V128(byte value)
    {
        Op(Opcode.V128Const);
        _bytes.AddRange(Enumerable.Repeat(value, 16));
        return this;
    }

    internal Code Null(ValType type) => Op(Opcode.RefNull, (int)type);

    internal Code Get(int local) => Op(Opcode.LocalGet, local);

    internal Code Set(int local) => Op(Opcode.LocalSet, local);

    internal Code Call(int function) => Op(Opcode.Call, function);

    internal Code CallIndirect(int type, int table = 0) => Op(Opcode.CallIndirect, type, table);

    internal Code Loop(Code body) => Nested(Opcode.Loop, body);

    internal Code Block(Code body) => Nested(Opcode.Block, body);

    internal Code If(Code body) => Nested(Opcode.If, body);

    internal Code Append(Code code)
    {
        _bytes.AddRange(code._bytes);
        return this;
    }

    private Code Nested(Opcode opcode, Code body)
    {
        Op(opcode);
        _bytes.Add(NoResult);
        return Append(body).Op(Opcode.End);
    }
}
