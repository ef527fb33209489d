using System.Collections.Immutable;

namespace Tapedeck.Policy.Limits;

/// <summary>The limits that a tool, a policy or a ceiling names. What it does not name it has no opinion of.</summary>
public sealed class StatedLimits
{
    private readonly ImmutableArray<long?> _values;

    private StatedLimits(ImmutableArray<long?> values) => _values = values;

    public static StatedLimits None { get; } = new([.. new long?[Limit.All.Count]]);

    public long? this[LimitName name] => _values[(int)name];

    public bool IsEmpty => !_values.Any(value => value.HasValue);

    public StatedLimits With(LimitName name, long value) => new(_values.SetItem((int)name, value));

    /// <summary>Each limit as the stricter of the two has it.</summary>
    public StatedLimits Strictest(StatedLimits other) =>
        new([.. _values.Zip(other._values, static (one, two) => one is null || two is null ? one ?? two : Math.Min(one.Value, two.Value))]);

    public override string ToString() =>
        string.Join(' ', Limit.All.Where(limit => this[limit.Name].HasValue).Select(limit => $"{limit.Field}={limit.Format(this[limit.Name]!.Value)}"));
}
