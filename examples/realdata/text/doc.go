// Package text makes numbers of reviews: it reads them with their labels, cleans them,
// cuts them into words, and embeds each in a vector, as the mean of GloVe vectors or, from
// the reviews alone, by tf-idf and a truncated singular value decomposition.
package text
