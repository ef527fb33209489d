using System.Collections.Immutable;
using Tapedeck.Policy.Specs;

namespace Tapedeck.Policy.Reading;

/// <summary>Reads the allow and deny lists of one kind of capability.</summary>
public static class ListsReader
{
    private const int Most = 1_000;

    public static EntryLists<TAllow, TDeny> Read<TAllow, TDeny>(FieldReader? fields, Func<FieldReader, TAllow?> allow, Func<FieldReader, TDeny?> deny)
        where TAllow : class
        where TDeny : class
    {
        if (fields is null)
        {
            return new([], []);
        }
        var lists = new EntryLists<TAllow, TDeny>(ReadList(fields, "allow", allow), ReadList(fields, "deny", deny));
        fields.Done();
        return lists;
    }

    public static ImmutableArray<TEntry> ReadList<TEntry>(FieldReader fields, string name, Func<FieldReader, TEntry?> read, int most = Most)
        where TEntry : class
    {
        if (fields.IsTooLong(name, most))
        {
            return [];
        }
        var entries = ImmutableArray.CreateBuilder<TEntry>();
        foreach (var (item, field) in fields.TakeList(name))
        {
            var entry = new FieldReader(item, field, fields.Problems);
            if (read(entry) is { } value)
            {
                entries.Add(value);
            }
            entry.Done();
        }
        return entries.ToImmutable();
    }
}
