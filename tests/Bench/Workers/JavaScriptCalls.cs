using System.Buffers.Binary;
using System.Text;

namespace Tapedeck.Bench.Workers;

/// <summary>Two functions of the kitchen-sink components, lowered and lifted by hand: a small one, and one that keeps the JavaScript engine's interpreter busy. v8.mjs does the same.</summary>
internal static class JavaScriptCalls
{
    private const int Rows = 40, Columns = 40;
    private static readonly byte[] Text = "Hello, World!"u8.ToArray();

    internal static string LiftOf(string call) => call == "echo" ? "#echo-string" : "#matrix";

    internal static string Call(string call, LiftedFunction function) => call == "echo" ? Echo(function) : Matrix(function);

    private static string Echo(LiftedFunction function)
    {
        var at = function.Allocate(1, Text.Length);
        Text.CopyTo(function.Bytes[at..]);
        var result = function.Call(at, Text.Length);
        var memory = function.Bytes;
        var answer = Encoding.UTF8.GetString(memory.Slice(ReadI32(memory, result), ReadI32(memory, result + 4)));
        function.Return(result);
        return answer;
    }

    private static string Matrix(LiftedFunction function)
    {
        var outer = function.Allocate(4, 8 * Rows);
        for (var i = 0; i < Rows; i++)
        {
            var row = function.Allocate(8, 8 * Columns);
            var memory = function.Bytes;
            BinaryPrimitives.WriteInt32LittleEndian(memory[(outer + (8 * i))..], row);
            BinaryPrimitives.WriteInt32LittleEndian(memory[(outer + (8 * i) + 4)..], Columns);
            for (var j = 0; j < Columns; j++)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(memory[(row + (8 * j))..], (i * Columns) + j);
            }
        }
        var result = function.Call(outer, Rows);
        var sum = WeightedSum(function.Bytes, result);
        function.Return(result);
        return sum.ToString();
    }

    // Of the rows that come back, their lengths and their numbers: all three count, since SpiderMonkey's typed arrays give empty rows.
    private static long WeightedSum(ReadOnlySpan<byte> memory, int result)
    {
        var outer = ReadI32(memory, result);
        var rows = ReadI32(memory, result + 4);
        double sum = rows;
        for (var i = 0; i < rows; i++)
        {
            var row = ReadI32(memory, outer + (8 * i));
            var columns = ReadI32(memory, outer + (8 * i) + 4);
            sum += (i + 1) * columns;
            for (var j = 0; j < columns; j++)
            {
                sum += ((i * columns) + j + 1) * BinaryPrimitives.ReadDoubleLittleEndian(memory[(row + (8 * j))..]);
            }
        }
        return (long)sum;
    }

    private static int ReadI32(ReadOnlySpan<byte> memory, int at) => BinaryPrimitives.ReadInt32LittleEndian(memory[at..]);
}
