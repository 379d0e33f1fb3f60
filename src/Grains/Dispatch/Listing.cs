using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Backsoon.Tenants;

namespace Backsoon.Dispatch;

/// <summary>Things with a label, by id, in the label's order, and found by words. Numbers sort as numbers: 2 Elm Street before 14 Elm Street.</summary>
internal sealed class Listing<T>(Func<T, Guid> id, Func<T, string> label, Func<T, string> alsoFoundBy, Func<T, bool> isActive)
{
    private const int Digits = 9;

    private readonly Dictionary<Guid, Entry> _byId = [];
    private readonly List<Entry> _sorted = [];

    public int ActiveCount { get; private set; }

    public IEnumerable<T> Active => _sorted.Where(entry => isActive(entry.Item)).Select(entry => entry.Item);

    public IEnumerable<T> All => _sorted.Select(entry => entry.Item);

    public bool TryGet(Guid key, [MaybeNullWhen(false)] out T item)
    {
        item = _byId.TryGetValue(key, out var entry) ? entry.Item : default;
        return entry is not null;
    }

    /// <summary>Fills an empty listing.</summary>
    public void Load(IEnumerable<T> items)
    {
        _sorted.AddRange(items.Select(Of));
        _sorted.Sort();
        foreach (var entry in _sorted)
            _byId.Add(entry.Id, entry);
        ActiveCount = _sorted.Count(entry => isActive(entry.Item));
    }

    public void Put(T item)
    {
        Remove(id(item));
        var entry = Of(item);
        _sorted.Insert(~_sorted.BinarySearch(entry), entry);
        _byId.Add(entry.Id, entry);
        ActiveCount += isActive(item) ? 1 : 0;
    }

    public void Remove(Guid key)
    {
        if (!_byId.Remove(key, out var entry))
            return;
        _sorted.RemoveAt(_sorted.BinarySearch(entry));
        ActiveCount -= isActive(entry.Item) ? 1 : 0;
    }

    public Page<T> Page(PageRequest request)
    {
        var words = Folded.Words(request.Query);
        var start = request.After is { } after && _byId.TryGetValue(after, out var last) ? _sorted.BinarySearch(last) + 1 : 0;
        var (items, total, more) = (ImmutableArray.CreateBuilder<T>(), 0, false);
        for (var i = 0; i < _sorted.Count; i++)
        {
            var entry = _sorted[i];
            if (!request.IncludeInactive && !isActive(entry.Item) || !entry.HasAll(words))
                continue;
            total++;
            if (i < start)
                continue;
            if (items.Count < request.Take)
                items.Add(entry.Item);
            else
                more = true;
        }

        return new Page<T>(items.ToImmutable(), total, more && items.Count > 0 ? id(items[^1]) : null);
    }

    /// <summary>Active ones that have every word: first those whose label begins with the query, then those with words that begin so, then the rest.</summary>
    public ImmutableArray<T> Find(string query, int take)
    {
        var words = Folded.Words(query);
        if (words.Length == 0)
            return [];

        var start = $" {string.Join(' ', words)}";
        var wordStarts = Array.ConvertAll(words, word => $" {word}");
        var (best, good, rest) = (new List<T>(), new List<T>(), new List<T>());
        foreach (var entry in _sorted)
        {
            if (best.Count == take)
                break;
            if (!entry.HasAll(words) || !isActive(entry.Item))
                continue;
            var rank = entry.Text.StartsWith(start, StringComparison.Ordinal) ? best : entry.HasAll(wordStarts) ? good : rest;
            if (rank.Count < take)
                rank.Add(entry.Item);
        }

        return [.. best.Concat(good).Concat(rest).Take(take)];
    }

    private Entry Of(T item) => new(id(item), item, Natural(Folded.Of(label(item))), $" {string.Join(' ', Folded.Words($"{label(item)} {alsoFoundBy(item)}"))}");

    private static string Natural(string text)
    {
        var builder = new StringBuilder(text.Length + Digits);
        for (var i = 0; i < text.Length;)
        {
            var end = i;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
            if (end == i)
                builder.Append(text[i++]);
            else
                builder.Append('0', Math.Max(0, Digits - (end - i))).Append(text, i, end - i);
            i = Math.Max(i, end);
        }

        return builder.ToString();
    }

    // The text holds the words, folded, each after a space.
    private sealed record Entry(Guid Id, T Item, string Key, string Text) : IComparable<Entry>
    {
        public int CompareTo(Entry? other) => other is null ? 1 : string.CompareOrdinal(Key, other.Key) is not 0 and var order ? order : Id.CompareTo(other.Id);

        public bool HasAll(string[] words)
        {
            foreach (var word in words)
            {
                if (!Text.Contains(word, StringComparison.Ordinal))
                    return false;
            }

            return true;
        }
    }
}
