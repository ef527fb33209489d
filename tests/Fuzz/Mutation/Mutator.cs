using Tapedeck.Fuzz.Generation;

namespace Tapedeck.Fuzz.Mutation;

/// <summary>Damages the bytes of a module.</summary>
internal sealed class Mutator(Chance chance)
{
    private static readonly byte[] OddBytes = [0x00, 0x01, 0x0B, 0x40, 0x60, 0x64, 0x6F, 0x70, 0x7B, 0x7F, 0x80, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF];

    /// <summary>The damaged copies of the module of a seed.</summary>
    internal static byte[][] Mutants(ulong seed, int count)
    {
        var module = ModuleGenerator.Generate(seed).ToScenario().Module;
        var mutator = new Mutator(new Chance(~seed));
        return [.. Enumerable.Range(0, count).Select(_ => mutator.Damage(module))];
    }

    private byte[] Damage(byte[] module)
    {
        var bytes = module.ToList();
        for (var times = 1 + chance.Below(chance.Percent(70) ? 2 : 12); times > 0; times--)
        {
            Damage(bytes);
        }
        return [.. bytes];
    }

    private void Damage(List<byte> bytes)
    {
        // Half of the damage goes where declarations are, which are few bytes of many.
        var at = chance.Below(chance.Percent(50) ? Math.Min(bytes.Count, 300) : bytes.Count);
        var length = Math.Min(bytes.Count - at, 1 + chance.Below(chance.Percent(80) ? 4 : 200));
        switch (chance.Below(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << chance.Below(8));
                break;
            case 1:
                bytes[at] = chance.Pick(OddBytes);
                break;
            case 2:
                bytes[at] = (byte)chance.Next();
                break;
            case 3:
                bytes.Insert(at, chance.Pick(OddBytes));
                break;
            case 4 when bytes.Count > length + 8:
                bytes.RemoveRange(at, length);
                break;
            case 5:
                bytes.InsertRange(chance.Below(bytes.Count), bytes.GetRange(at, length));
                break;
            case 6:
                // The largest number, as an index, a count or a size.
                bytes.RemoveAt(at);
                bytes.InsertRange(at, [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]);
                break;
            case 7 when chance.Percent(20) && at > 8:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                bytes[at] += (byte)chance.Between(-2, 2);
                break;
        }
    }
}
