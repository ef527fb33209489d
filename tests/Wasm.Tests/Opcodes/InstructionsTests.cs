using System.Text.RegularExpressions;
using Tapedeck.Wasm.Opcodes;
using Xunit;

namespace Tapedeck.Wasm.Tests.Opcodes;

public partial class InstructionsTests
{
    // Whatever else is no row has methods of its own in the validator.
    private static readonly string[] Irregular = ["Const", "MemorySize", "MemoryGrow"];

    [Fact]
    public void Every_instruction_on_numbers_vectors_and_memory_has_a_row()
    {
        var missing = Enum.GetValues<Opcode>().Where(opcode => Instructions.Find(opcode) is null && IsRegular(opcode));
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_row_is_found_by_its_own_opcode() =>
        Assert.All(Instructions.All, row => Assert.Same(row, Instructions.Find(row.Opcode)));

    [Fact]
    public void There_are_as_many_rows_as_regular_instructions() =>
        Assert.Equal(Enum.GetValues<Opcode>().Count(IsRegular), Instructions.All.Count());

    [Fact]
    public void Names_are_those_of_the_opcodes() =>
        Assert.All(Instructions.All, row => Assert.Equal(TextOf(row.Opcode), row.Name));

    [Fact]
    public void Widths_are_powers_of_two_where_memory_is_touched() => Assert.All(Instructions.All, row =>
        Assert.Equal(row.Immediate is Immediate.Memory or Immediate.MemoryLane, row.Width is 1 or 2 or 4 or 8 or 16));

    [Fact]
    public void Prefixes_and_gaps_are_no_opcodes() =>
        Assert.All((int[])[0xFC, 0xFD, 0x06, 0x27, 0xFF, 0xFC12, 0xFD9A], code => Assert.False(Instructions.IsKnown((Opcode)code)));

    // As "I32TruncSatF64U": a type, then words; the text has a dot behind the type and lines between words.
    private static string TextOf(Opcode opcode)
    {
        var name = opcode.ToString();
        var type = TypeName().Match(name).Value;
        return $"{type}.{WordStart().Replace(name[type.Length..], "_")[1..]}".ToLowerInvariant();
    }

    private static bool IsRegular(Opcode opcode) =>
        TypeName().IsMatch(opcode.ToString()) && (opcode is Opcode.V128Const || !Irregular.Any(opcode.ToString().EndsWith));

    [GeneratedRegex("^(I8x16|I16x8|I32x4|I64x2|F32x4|F64x2|V128|[IF](32|64))")]
    private static partial Regex TypeName();

    [GeneratedRegex("(?=[A-Z])")]
    private static partial Regex WordStart();
}
