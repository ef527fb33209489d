namespace Tapedeck.Fuzz.Generation;

/// <summary>A stream of random choices that is the same for a seed on every machine and .NET version (SplitMix64).</summary>
internal sealed class Chance(ulong seed)
{
    private ulong _state = seed;

    internal ulong Next()
    {
        var z = _state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    internal int Below(int limit) => (int)(Next() % (uint)limit);

    /// <summary>From <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    internal int Between(int low, int high) => low + Below(high - low + 1);

    internal bool Percent(int percent) => Below(100) < percent;

    internal bool Odds(double odds) => (Next() >> 11) * (1.0 / (1UL << 53)) < odds;

    internal T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>A number whose size in bits is as likely small as large.</summary>
    internal ulong AnyWidth() => Next() >> Below(64);

    /// <summary>The index of one of <paramref name="weights"/>.</summary>
    internal int Weighted(ReadOnlySpan<int> weights)
    {
        var sum = 0;
        foreach (var weight in weights)
        {
            sum += weight;
        }
        var at = Below(sum);
        var index = 0;
        while ((at -= weights[index]) >= 0)
        {
            index++;
        }
        return index;
    }

    internal byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
        {
            bytes[i] = (byte)Next();
        }
        return bytes;
    }
}
