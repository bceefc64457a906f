package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"
)

// readCRDs reads the *.yaml files in and under the folders. Of two CRDs with one name the later folder's counts.
func readCRDs(folders string) (map[string]*v1.CustomResourceDefinition, error) {
	crds := map[string]*v1.CustomResourceDefinition{}
	for folder := range strings.SplitSeq(folders, ",") {
		if folder == "" {
			continue
		}
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for documents := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096); ; {
				crd := &v1.CustomResourceDefinition{}
				if err := documents.Decode(crd); errors.Is(err, io.EOF) {
					return nil
				} else if err != nil {
					return fmt.Errorf("%s: %w", path, err)
				}
				if crd.APIVersion == "apiextensions.k8s.io/v1" && crd.Kind == "CustomResourceDefinition" {
					crd.Status = v1.CustomResourceDefinitionStatus{}
					crds[crd.Name] = crd
				}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return crds, nil
}

// installCRDs creates the missing ones, several at a time, and waits till all are served.
func installCRDs(ctx context.Context, cfg *rest.Config, crds map[string]*v1.CustomResourceDefinition) error {
	client, err := clientset.NewForConfig(cfg)
	if err != nil {
		return err
	}
	api := client.ApiextensionsV1().CustomResourceDefinitions()
	missing, err := notEstablished(ctx, client, crds)
	if err != nil {
		return err
	}
	var (
		group  sync.WaitGroup
		atOnce = make(chan struct{}, 8)
		errs   = make(chan error, len(missing))
	)
	for _, name := range missing {
		group.Go(func() {
			atOnce <- struct{}{}
			defer func() { <-atOnce }()
			if _, err := api.Create(ctx, crds[name], metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
				errs <- fmt.Errorf("%s: %w", name, err)
			}
		})
	}
	group.Wait()
	close(errs)
	for err := range errs {
		return err
	}
	for len(missing) > 0 {
		select {
		case <-ctx.Done():
			return fmt.Errorf("CRDs not established: %v", missing)
		case <-time.After(50 * time.Millisecond):
		}
		if missing, err = notEstablished(ctx, client, crds); err != nil {
			return err
		}
	}
	return nil
}

func notEstablished(ctx context.Context, client clientset.Interface, crds map[string]*v1.CustomResourceDefinition) ([]string, error) {
	list, err := client.ApiextensionsV1().CustomResourceDefinitions().List(ctx, metav1.ListOptions{ResourceVersion: "0"})
	if err != nil {
		return nil, err
	}
	served := map[string]bool{}
	for _, crd := range list.Items {
		for _, condition := range crd.Status.Conditions {
			if condition.Type == v1.Established && condition.Status == v1.ConditionTrue {
				served[crd.Name] = true
			}
		}
	}
	var missing []string
	for name := range crds {
		if !served[name] {
			missing = append(missing, name)
		}
	}
	return missing, nil
}
