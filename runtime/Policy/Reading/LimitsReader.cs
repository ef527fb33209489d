using Tapedeck.Policy.Limits;

namespace Tapedeck.Policy.Reading;

/// <summary>Reads limits, of tools, policies and ceilings alike.</summary>
public static class LimitsReader
{
    public static StatedLimits Read(FieldReader? fields)
    {
        var limits = StatedLimits.None;
        foreach (var limit in fields is null ? [] : Limit.All)
        {
            if (fields!.TryTake<long>(limit.Field, limit.TryParse, out var value))
            {
                limits = limits.With(limit.Name, value);
            }
        }
        fields?.Done();
        return limits;
    }
}
