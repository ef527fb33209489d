using System.Buffers;
using System.Text;
using System.Text.Json;
using Tapedeck.Components.Types;
using Tapedeck.Components.Values;
using Tapedeck.Server.Tools;
using Xunit;

namespace Tapedeck.Server.Tests.Tools;

public sealed class RoundTripTests
{
    [Fact]
    public void Any_value_of_any_type_survives_the_way_to_JSON_and_back()
    {
        for (var seed = 0; seed < 5_000; seed++)
        {
            var values = new Values(seed);
            var type = values.Type(depth: 4);
            var value = values.Value(type);
            var json = Json(value);
            var read = JsonArguments.Read(Encoding.UTF8.GetBytes($"{{\"value\":{json}}}"), new RecordType(new Field("value", type)), 1 << 24, out var problem);
            Assert.True(read is not null, $"seed {seed}: {type}: {json}: {problem}");
            Assert.True(value == read[0], $"seed {seed}: {type}: {json}: {read[0]} is not {value}");
        }
    }

    [Fact]
    public void Every_output_conforms_to_the_schema_of_its_type()
    {
        for (var seed = 0; seed < 5_000; seed++)
        {
            var values = new Values(seed);
            var type = values.Type(depth: 4);
            var json = Json(values.Value(type));
            using var output = JsonDocument.Parse($"{{\"result\":{json}}}");
            using var schema = JsonDocument.Parse(ToolSchema.OfOutput(type));
            var mismatch = Schema.Mismatch(output.RootElement, schema.RootElement);
            Assert.True(mismatch is null, $"seed {seed}: {type}: {json}: {mismatch}");
        }
    }

    [Fact]
    public void Every_output_is_an_input_that_conforms_to_the_schema()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var values = new Values(seed);
            var type = values.Type(depth: 4);
            using var input = JsonDocument.Parse($"{{\"value\":{Json(values.Value(type))}}}");
            using var schema = JsonDocument.Parse(ToolSchema.OfInput(new FuncType([new Parameter("value", type)], null)));
            Assert.Null(Schema.Mismatch(input.RootElement, schema.RootElement));
        }
    }

    /// <summary>A damaged text is read or refused by both, and never more than that.</summary>
    [Fact]
    public void What_the_reader_takes_conforms_to_the_schema()
    {
        var taken = 0;
        for (var seed = 0; seed < 5_000; seed++)
        {
            var values = new Values(seed);
            var random = new Random(seed);
            var type = values.Type(depth: 3);
            var bytes = Encoding.UTF8.GetBytes($"{{\"value\":{Json(values.Value(type))}}}");
            var fragment = "0123456789-.eE\"\\{}[],:tfn "u8;
            bytes[random.Next(bytes.Length)] = fragment[random.Next(fragment.Length)];
            if (JsonArguments.Read(bytes, new RecordType(new Field("value", type)), 1 << 24, out _) is null)
            {
                continue;
            }
            taken++;
            using var input = JsonDocument.Parse(bytes);
            using var schema = JsonDocument.Parse(ToolSchema.OfInput(new FuncType([new Parameter("value", type)], null)));
            var mismatch = Schema.Mismatch(input.RootElement, schema.RootElement);
            Assert.True(mismatch is null, $"seed {seed}: {type}: {Encoding.UTF8.GetString(bytes)}: {mismatch}");
        }
        Assert.True(taken > 100, $"only {taken} damaged texts were still read");
    }

    internal static string Json(WitValue? value, long most = 1 << 24)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        Assert.True(JsonResult.TryWrite(writer, value, most));
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
